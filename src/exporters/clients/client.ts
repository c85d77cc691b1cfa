import { join } from 'node:path'
import type { Environment } from '../../config/env.ts'

/** Another MCP client as data: where its servers are configured, and in which form. */
export interface ClientForm {
  /** What is typed: `claude-code`. */
  id: string
  title: string
  /** Its command line, if it has one. */
  program?: string
  /** undefined: the entry is pasted into a window of the client. */
  syntax?: 'json' | 'toml' | 'yaml'
  /** The files of a user. A new entry goes into the first one that exists, else into the first. */
  user?(roots: ClientRoots): string[]
  /** The project's file, relative to its folder; `*` is replaced by the entry's name. */
  project?: string
  container: string
  kind?: 'list'
  /** What a new file needs besides the entry. */
  head?: Readonly<Record<string, unknown>>
  stdio(launch: Launch, name: string): object
  /** undefined: it cannot send a header over HTTP. */
  http?(door: HttpDoor, name: string): object
  /** How a header names a variable of the environment; undefined: it cannot. */
  variable?(name: string): string
  /** The file that it reads variables from (default: its environment). */
  variableFile?: string
  /** What to do for the entry to take effect. */
  next: string
}

/** The command that serves a customer's tools on stdin and stdout. */
export interface Launch {
  command: string
  args: string[]
  env?: Record<string, string> | undefined
}

export interface HttpDoor {
  url: string
  /** `Bearer …`, with a variable or with the token itself. */
  authorization: string
  /** Name of the variable that has the token; undefined where the entry has the token itself. */
  variable: string | undefined
}

/** Folders in which clients keep their files. */
export interface ClientRoots {
  home: string
  /** $XDG_CONFIG_HOME, or ~/.config. */
  config: string
  /** Where graphical programs keep their files; on macOS, another folder. */
  app: string
  variables: Environment['variables']
}

export function clientRoots(
  { variables, configHome }: Environment,
  platform = process.platform,
): ClientRoots {
  const config = join(configHome, '..')
  const home = variables.HOME ?? join(config, '..')
  const app = platform === 'darwin' ? join(home, 'Library', 'Application Support') : config
  return { home, config, app, variables }
}
