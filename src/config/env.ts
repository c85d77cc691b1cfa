// The one door through which this program's environment comes in.

import { userInfo } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { SupportError } from '../base/errors.ts'

/** Variables that steer supportmax itself; all others are only looked up as credentials, by name. */
export interface Environment {
  /** Folder for state: $XDG_STATE_HOME/supportmax, else ~/.local/state/supportmax. */
  stateHome: string
  /** Every variable, for credentials and for the programs that are started (which get a selection). */
  variables: Readonly<Record<string, string | undefined>>
}

/** Reads the environment of this process, or one that a caller made. */
export function readEnvironment(variables: Record<string, string | undefined> = process.env): Environment {
  return {
    stateHome: join(stateRoot(variables), 'supportmax'),
    variables,
  }
}

/** A relative path is invalid and to be ignored (XDG base directory specification): tokens would land anywhere. */
function stateRoot({ XDG_STATE_HOME, HOME }: Record<string, string | undefined>): string {
  if (XDG_STATE_HOME && isAbsolute(XDG_STATE_HOME)) return XDG_STATE_HOME
  return join(HOME && isAbsolute(HOME) ? HOME : ownHome(), '.local', 'state')
}

/** From the list of users: os.homedir() would repeat what HOME says. */
function ownHome(): string {
  try {
    return userInfo().homedir
  } catch (error) {
    throw new SupportError('usage', 'HOME: is no absolute path, and this user has no home', {
      hint: 'set HOME, or XDG_STATE_HOME, to a folder that you may write to',
      cause: error,
    })
  }
}
