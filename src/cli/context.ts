import type { App } from '../app.ts'
import type { Project } from '../config/project.ts'
import type { Printer } from './print.ts'

/** What every command is handed: the global options in effect, and where to print. */
export interface Context {
  config: string
  print: Printer
  /** Fires on Ctrl+C and SIGTERM. */
  signal: AbortSignal
  /** Fires when whoever read our output has gone (`| head -1`): work goes on to its end, following does not. */
  unread: AbortSignal
  /** Loads the configuration; its warnings go to stderr. */
  open(runtime?: Project['runtime']): Promise<App>
}

/** A command's work: words already split into arguments and options. The exit code defaults to 0. */
export type Run = (context: Context, args: string[], options: Options) => Promise<number | undefined>

/** As commander gives them: camel-cased flags. */
export type Options = Readonly<Record<string, string | boolean | string[] | undefined>>

/** A flag's text value, or undefined. */
export function textOption(options: Options, name: string): string | undefined {
  const value = options[name]
  return typeof value === 'string' ? value : undefined
}
