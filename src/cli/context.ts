import type { App } from '../app.ts'
import type { Project } from '../config/project.ts'
import type { UserSettings } from '../config/settings/user.ts'
import type { Printer } from './print/printer.ts'
import type { LateWarnings } from './warnings.ts'

/** What every command gets: the global options in effect, and where to print. */
export interface Context {
  config: string
  print: Printer
  late: LateWarnings
  /** What this person prefers; flags and the configuration win. */
  settings: UserSettings
  /** Aborts on Ctrl+C, SIGTERM and SIGHUP. */
  signal: AbortSignal
  /** Aborts when nobody reads our output any more (`| head -1`): ends `logs --follow`, but not work in progress. */
  unread: AbortSignal
  /** The help of a command, of a group, or without words of the whole program. Throws `usage` for an unknown one. */
  help(words: readonly string[]): string
  /** Loads the configuration and prints its warnings on stderr. */
  open(runtime?: Project['runtime']): Promise<App>
}

/** What a command does; returns its exit code (undefined: 0). */
export type Run = (context: Context, args: string[], options: Options) => Promise<number | undefined>

/** By flag, in camel case, as commander returns them. */
export type Options = Readonly<Record<string, string | boolean | string[] | undefined>>

/** A flag's text value, or undefined. */
export function textOption(options: Options, name: string): string | undefined {
  const value = options[name]
  return typeof value === 'string' ? value : undefined
}
