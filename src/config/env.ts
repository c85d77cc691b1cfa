// The only place that reads this program's environment.

import { userInfo } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { SupportError } from '../base/errors.ts'

/** The settings that supportmax itself reads from the environment. Other variables are only looked up as credentials. */
export interface Environment {
  /** Folder for state: $XDG_STATE_HOME/supportmax (default: ~/.local/state/supportmax). */
  stateHome: string
  /** Folder for settings: $XDG_CONFIG_HOME/supportmax (default: ~/.config/supportmax). */
  configHome: string
  /** Proxies for model platforms. */
  proxies: EnvironmentProxies
  /** Every variable: credentials are looked up here, and programs that are started get a selection. */
  variables: Readonly<Record<string, string | undefined>>
}

/** `variable`: the one that has the value. */
interface ProxyVariable {
  url: string
  variable: string
}

/** HTTP proxies by the protocol of what they lead to, and the hosts to reach without them. */
export interface EnvironmentProxies {
  https?: ProxyVariable | undefined
  http?: ProxyVariable | undefined
  except?: string | undefined
}

/**
 * Reads the environment of this process, or the one given. From then on, Node verifies certificates whatever
 * NODE_TLS_REJECT_UNAUTHORIZED says: 0 would give customers' credentials to anyone in between. `ca_file` is the way to
 * trust a server.
 */
export function readEnvironment(variables: Record<string, string | undefined> = process.env): Environment {
  delete process.env.NODE_TLS_REJECT_UNAUTHORIZED
  return {
    stateHome: join(stateRoot(variables), 'supportmax'),
    configHome: join(configRoot(variables), 'supportmax'),
    proxies: proxiesIn(variables),
    variables,
  }
}

/** Lower case wins, as in curl. */
function proxiesIn(variables: Environment['variables']): EnvironmentProxies {
  const setting = (...names: string[]): ProxyVariable | undefined => {
    const variable = names.find(name => variables[name])
    const value = variable && variables[variable]
    // Many programs take a host and a port for a URL.
    return value ? { url: /^\w+:\/\//.test(value) ? value : `http://${value}`, variable } : undefined
  }
  return {
    https: setting('https_proxy', 'HTTPS_PROXY'),
    http: setting('http_proxy', 'HTTP_PROXY'),
    except: variables.no_proxy || variables.NO_PROXY,
  }
}

/** The XDG specification says to ignore a relative path, which would scatter tokens over working folders. */
function stateRoot({ XDG_STATE_HOME, HOME }: Record<string, string | undefined>): string {
  if (XDG_STATE_HOME && isAbsolute(XDG_STATE_HOME)) return XDG_STATE_HOME
  return join(HOME && isAbsolute(HOME) ? HOME : ownHome(), '.local', 'state')
}

function configRoot({ XDG_CONFIG_HOME, HOME }: Record<string, string | undefined>): string {
  if (XDG_CONFIG_HOME && isAbsolute(XDG_CONFIG_HOME)) return XDG_CONFIG_HOME
  // Nothing depends on it, unlike on the state: a user without a home has no settings.
  return join(HOME && isAbsolute(HOME) ? HOME : '/nonexistent', '.config')
}

/** From the user database: os.homedir() would return HOME again. */
function ownHome(): string {
  try {
    return userInfo().homedir
  } catch (error) {
    throw new SupportError('usage', 'HOME: not an absolute path, and this user has no home directory', {
      hint: 'set HOME or XDG_STATE_HOME to a folder you can write to',
      cause: error,
    })
  }
}
