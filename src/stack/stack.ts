// What every part of the stack's work needs, made once by app.ts.

import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { SupportError } from '../base/errors.ts'
import { readIfThere, writeWhole } from '../base/files.ts'
import { ownImage } from '../catalog/own-image.ts'
import { type Credentials, missingCredentials } from '../config/credentials.ts'
import { launch } from '../config/launch.ts'
import { type Customer, keyOf, keyText, type Project, type Server } from '../config/project.ts'
import { COMPOSE_MARK, type ComposeFile, composeFile } from '../exporters/compose/compose.ts'
import { readLeases } from '../exporters/compose/leases.ts'
import type { ProbeResult } from '../mcp/probe.ts'
import type { ObservedServer, Runtime, RuntimeKind } from '../runtimes/runtime.ts'
import type { State } from './state/folder.ts'

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
  choose(wanted?: Project['runtime'], signal?: AbortSignal): Promise<Runtime>
  /** All that may hold something of ours; throws `missing` where one of them cannot be asked. */
  all(signal?: AbortSignal): Promise<Runtime[]>
  /** The same, for who works on with what can be asked, and says at its end what could not. */
  reachable(signal?: AbortSignal): Promise<{ runtimes: Runtime[]; unseen: SupportError | undefined }>
}

/** Where the project's compose file stands. */
export function composePath(project: Project): string {
  return join(dirname(project.file), 'docker-compose.mcps.yml')
}

/**
 * The compose file as it should be now, with the leases of the one that stands at `path`, else of the project's own.
 * `only` leaves other customers out of the text, not out of the leases.
 */
export function wantedCompose(
  project: Project,
  path = composePath(project),
  only?: readonly Customer[],
): ComposeFile {
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

/** Hash of what one server is in a runtime. A local process takes any free port: that is no part of it. */
export function definitionOf(
  stack: Stack,
  compose: ComposeFile,
  server: Server,
  runtime: RuntimeKind,
): string {
  if (runtime === 'docker') return compose.definitions.get(keyText(keyOf(server))) ?? ''
  const { local, limits, caFile } = server
  const program = local?.kind === 'own' ? ownImage(local.program, stack.project.build) : local?.command
  const place = { address: '127.0.0.1', port: 0, hostPort: 0, caFile }
  const definition = JSON.stringify([program, launch(server, place), limits])
  return createHash('sha256').update(definition).digest('hex').slice(0, 16)
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
