import type { Run } from '../context.ts'

/** One command as data; its work is loaded only when it is typed, so that --help stays instant. */
export interface CommandSpec {
  /** Words after `supportmax`, with arguments in commander's form: `restart <customer> [server]`. */
  usage: string
  summary: string
  /** Flags in commander's form, with what they mean. */
  options?: [flags: string, meaning: string][]
  load(): Promise<{ run: Run }>
}
