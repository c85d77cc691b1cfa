// What every part of the stack's work needs, made once by app.ts.

import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { SupportError } from '../base/errors.ts'
import { readIfThere, writeWhole } from '../base/files.ts'
import { type Credentials, missingCredentials } from '../config/credentials.ts'
import { type Customer, keyOf, keyText, type Project, type Server } from '../config/project.ts'
import { COMPOSE_MARK, type ComposeFile, composeFile } from '../exporters/compose.ts'
import { readLeases } from '../exporters/leases.ts'
import type { ProbeResult } from '../mcp/probe.ts'
import type { ObservedServer, Runtime, RuntimeKind } from '../runtimes/runtime.ts'
import type { State } from './state.ts'

export interface Stack {
  project: Project
  credentials: Credentials
  state: State
  runtimes: Runtimes
  /** Asks one server, by the way the agent takes, how it is. */
  probe(server: Server, hostPort: number | undefined, signal?: AbortSignal): Promise<ProbeResult>
  /** Who wants to know of a running `docker compose`; set while the lock is held. */
  onCompose: ((pid: number | undefined) => void) | undefined
}

export interface Runtimes {
  /** The runtime that a start should use; throws `missing` where it is silent or absent. */
  choose(wanted: Project['runtime'] | undefined): Promise<Runtime>
  /** All that may hold something of ours; an engine that is installed but silent throws `missing`. */
  all(): Promise<Runtime[]>
}

/** Where the project's compose file stands. */
export function composePath(project: Project): string {
  return join(dirname(project.file), 'docker-compose.mcps.yml')
}

/**
 * The compose file as it should be now, with the leases of the one that stands at `path`, else of the project's own.
 * `only` leaves other customers out of the text, not out of the leases.
 */
export function wantedCompose(project: Project, path = composePath(project), only?: Customer[]): ComposeFile {
  const before = readIfThere(path) ?? readIfThere(composePath(project)) ?? ''
  return composeFile(project, {
    folder: dirname(path),
    leases: readLeases(before),
    ...(only ? { only } : {}),
  })
}

/** Writes the compose file where it differs; a file that is not ours is never overwritten. Tells whether it wrote. */
export function writeCompose(path: string, text: string): boolean {
  const there = readIfThere(path)
  if (there === text) return false
  if (there !== undefined && there.trim() !== '' && !there.startsWith(COMPOSE_MARK))
    throw new SupportError('usage', `${path}: was not written by supportmax`, {
      hint: 'move it away, or name another file: supportmax compose generate --output FILE',
    })
  writeWhole(path, text)
  return true
}

/** What a definition hash is for a runtime: local processes have no compose service, but the same inputs. */
export function definitionOf(compose: ComposeFile, server: Server, runtime: RuntimeKind): string {
  const definition = compose.definitions.get(keyText(keyOf(server))) ?? ''
  return runtime === 'local' ? `local-${definition}` : definition
}

/** Names of the credentials that one server needs and that have no value. */
export function missingOf(stack: Pick<Stack, 'credentials'>, server: Server): string[] {
  return missingCredentials(server, stack.credentials)
}

/**
 * Started from another configuration file that has the same project name, and is still there: not ours to touch.
 * A file that is gone was moved or renamed, and what it left belongs to whoever carries its name now.
 */
export function isForeign(project: Project, observed: Pick<ObservedServer, 'configFile'>): boolean {
  const { configFile } = observed
  return configFile !== '' && configFile !== project.file && existsSync(configFile)
}
