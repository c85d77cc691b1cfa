// The one door through which this program's environment comes in.

import { homedir } from 'node:os'
import { join } from 'node:path'

/** Variables that steer supportmax itself; all others are only looked up as credentials, by name. */
export interface Environment {
  /** Folder for state: $XDG_STATE_HOME/supportmax, else ~/.local/state/supportmax. */
  stateHome: string
  /** NO_COLOR (no-color.org): any value but the empty one. */
  noColor: boolean
  /** Every variable, for credentials and for the programs that are started (which get a selection). */
  variables: Readonly<Record<string, string | undefined>>
}

/** Reads the environment of this process, or one that a caller made. */
export function readEnvironment(variables: Record<string, string | undefined> = process.env): Environment {
  const state = variables.XDG_STATE_HOME
  const home = variables.HOME ?? homedir()
  return {
    // The XDG base directory specification: a relative path is invalid and to be ignored.
    stateHome: join(state?.startsWith('/') ? state : join(home, '.local', 'state'), 'supportmax'),
    noColor: (variables.NO_COLOR ?? '') !== '',
    variables,
  }
}
