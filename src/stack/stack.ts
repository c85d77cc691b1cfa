// What every part of the stack's work needs, made once by app.ts.

import { existsSync } from 'node:fs'
import type { SupportError } from '../base/errors.ts'
import { missingCredentials, unaskedCredentials } from '../config/missing-credentials.ts'
import type { Project, Server } from '../config/project.ts'
import type { Authorizer } from '../mcp/endpoint.ts'
import type { ProbeResult } from '../mcp/probe.ts'
import type { ObservedServer, RunningServer, Runtime } from '../runtimes/runtime.ts'
import type { Credentials } from '../secrets/credentials.ts'
import type { StateFolder } from './state/folder.ts'
import type { Lockable } from './state/lock.ts'

export interface Stack extends Lockable {
  project: Project
  credentials: Credentials
  state: StateFolder
  runtimes: Runtimes
  /** What gets access tokens, by `customer/server`. */
  authorizers: Map<string, Authorizer>
  /** Path of the engine's socket, wherever it is; undefined for an engine that has none. */
  engineSocket(): string | undefined
  /** Asks one server, the way the agent does, whether its tools can be listed. */
  probe(server: Server, place: Place | undefined, signal?: AbortSignal): Promise<ProbeResult>
}

/** Where a server of ours was seen to run; undefined: it was not, or is external. */
export type Place = Pick<RunningServer, 'hostPort' | 'vouchedAt'>

export interface Runtimes {
  /**
   * The runtime for a start of `servers`, or for other work than a start. Throws `missing` if it does not answer or is
   * not installed; external servers need none.
   */
  choose(options: {
    wanted?: Project['runtime'] | undefined
    servers?: readonly Server[]
    signal?: AbortSignal | undefined
  }): Promise<Runtime>
  /**
   * All runtimes that can contain servers of ours. Throws `missing` if one that `servers` need cannot be asked.
   * `servers` undefined: everything that was ever started.
   */
  all(servers: readonly Server[] | undefined, signal?: AbortSignal): Promise<Reached>
  /** The same for callers that can work without one of them: `unseen` is the error of that runtime, to throw at the end. */
  reachable(
    servers: readonly Server[] | undefined,
    signal?: AbortSignal,
  ): Promise<Reached & { unseen: SupportError | undefined }>
}

interface Reached {
  runtimes: Runtime[]
  /** Warning that a runtime which is not needed, but may have left servers, could not be asked. */
  unchecked: string | undefined
}

/** Names of the credentials without which one server cannot be used: they have no value, or must not be used for it. */
export function missingOf(
  { credentials, state }: Pick<Stack, 'credentials' | 'state'>,
  server: Server,
): string[] {
  const refused = state.bindings.refusalsOf({ server }).map(one => one.name)
  return [...new Set([...missingCredentials(server, credentials), ...refused])]
}

/** Binds the credentials of these servers to where they are about to be sent, except where something is missing. */
export function bindCredentials(
  stack: Pick<Stack, 'credentials' | 'state'>,
  servers: readonly Server[],
): void {
  const complete = servers.filter(server => missingCredentials(server, stack.credentials).length === 0)
  stack.state.bindings.bind(complete.map(server => ({ server })))
}

/** Whether the values of all its credentials are known: none is missing, and none still has to be asked for. */
export function knowsValues(stack: Pick<Stack, 'credentials' | 'state'>, server: Server): boolean {
  return missingOf(stack, server).length === 0 && unaskedCredentials(server, stack.credentials).length === 0
}

/**
 * Whether this was started from another configuration file with the same project name, which still exists: never touch
 * it. A file that is gone was moved or renamed; what it left belongs to the file that has its name now.
 */
export function isForeign(project: Project, observed: Pick<ObservedServer, 'configFile'>): boolean {
  const { configFile } = observed
  return configFile !== '' && configFile !== project.file && existsSync(configFile)
}
