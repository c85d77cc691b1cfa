import { realpathSync } from 'node:fs'
import { dirname, isAbsolute, relative } from 'node:path'
import type { Server } from '../../../config/project.ts'
import type { Obstacle } from '../../../runtimes/runtime.ts'
import type { Stack } from '../../stack.ts'

type GuardedStack = Pick<Stack, 'project' | 'credentials' | 'engineSocket'> & { state: { folder: string } }

/** Folders with the engine's socket, and with what the kernel shows of other programs. */
const OF_THE_SYSTEM = ['/run', '/var/run', '/proc', '/sys', '/dev']

/**
 * Why the volumes of this server must not be mounted: one is missing, or one would show it other customers' credentials or
 * keys, a platform's, our own state, or the engine, wherever symbolic links lead.
 */
export function volumeObstacle(stack: GuardedStack, { customer, volumes }: Server): Obstacle | undefined {
  if (volumes.length === 0) return undefined
  const guarded = guardedPaths(stack, customer).map(path => realPathOf(path) ?? path)
  for (const { source } of volumes) {
    const real = realPathOf(source)
    if (real === undefined)
      return { reason: `its volume ${source} does not exist`, hint: 'create it, or correct "volumes"' }
    const secret = guarded.find(path => contains(real, path) || contains(path, real))
    if (secret !== undefined)
      return {
        reason: `its volume ${source} would expose ${secret}, which no server may see`,
        hint: 'mount a folder that holds only what this server needs',
      }
  }
  return undefined
}

function guardedPaths(
  { project, credentials, state, engineSocket }: GuardedStack,
  customer: string,
): string[] {
  const others = project.customers.filter(one => one.id !== customer).flatMap(one => one.servers)
  return [
    ...[credentials.file, dirname(state.folder), ...OF_THE_SYSTEM],
    ...[
      engineSocket(),
      ...others.map(({ clientCertificate }) => clientCertificate?.keyFile),
      ...project.platforms.map(({ vertex }) => vertex?.credentialsFile),
    ].filter(path => path !== undefined),
  ]
}

function realPathOf(path: string): string | undefined {
  try {
    return realpathSync(path)
  } catch {
    return undefined
  }
}

function contains(folder: string, path: string): boolean {
  const way = relative(folder, path)
  return way === '' || (way !== '..' && !way.startsWith('../') && !isAbsolute(way))
}
