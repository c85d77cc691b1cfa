import type { Run } from '../context.ts'

/** One command as data. Its code is loaded only when it runs, so that --help stays instant. */
export interface CommandSpec {
  /** What follows `supportmax`, with arguments in commander's form: `restart <customer> [server]`. */
  usage: string
  summary: string
  /** Flags in commander's form, and their meaning, with the default at its end. */
  options?: [flags: string, meaning: string][]
  /** Command lines without `supportmax`, for --help. */
  examples?: string[]
  load(): Promise<{ run: Run }>
}
