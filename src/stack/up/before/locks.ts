// The locks of packages: what a start installs is decided once, kept beside the configuration, and committed.

import { relative } from 'node:path'
import { counted } from '../../../base/text/amounts.ts'
import { keyOf, keyText, packageOf, type Server } from '../../../config/project.ts'
import type { PackageLock } from '../../../packages/lock/contents.ts'
import { readLock } from '../../../packages/lock/read.ts'
import { type PackageSource, packageText } from '../../../packages/spec.ts'
import type { Obstacle, Runtime } from '../../../runtimes/runtime.ts'
import type { StackEvent } from '../../events.ts'
import type { Stack } from '../../stack.ts'
import { consentObstacle } from './consent.ts'

interface LockingOptions {
  emit(event: StackEvent): void
  signal?: AbortSignal | undefined
}

/**
 * Makes the missing locks of these servers' packages. Returns why some of them cannot start, by keyText(). Asks no registry
 * for a server that nobody has allowed.
 */
export async function lockPackages(
  stack: Stack,
  runtime: Runtime,
  servers: readonly Server[],
  options: LockingOptions,
): Promise<Map<string, Obstacle>> {
  const obstacles = new Map<string, Obstacle>()
  const byLock = Map.groupBy(servers, server => packageOf(server)?.lockFile)
  await Promise.all(
    [...byLock].map(async ([lockFile, sharing]) => {
      const source = sharing[0] && packageOf(sharing[0])
      if (lockFile === undefined || !source) return
      const obstacle = await lockOne(stack, runtime, { source, sharing }, options)
      if (obstacle) for (const server of sharing) obstacles.set(keyText(keyOf(server)), obstacle)
    }),
  )
  return obstacles
}

function isAllowed({ state }: Stack): (server: Server) => boolean {
  return server => packageOf(server) !== undefined && consentObstacle(state.consent, server) === undefined
}

async function lockOne(
  stack: Stack,
  runtime: Runtime,
  { source, sharing }: { source: PackageSource; sharing: readonly Server[] },
  { emit, signal }: LockingOptions,
): Promise<Obstacle | undefined> {
  const found = readLock(source)
  if (found.state === 'broken') return found
  if (found.state === 'locked') return undefined
  const [server] = sharing.filter(isAllowed(stack))
  if (!server) return undefined
  // Consent was given to the package without a lock. This lock is our own, so the consent covers it.
  const allowed = stack.project.customers
    .flatMap(customer => customer.servers)
    .filter(isAllowed(stack))
    .filter(one => packageOf(one)?.lockFile === source.lockFile)
  const progress = (text: string) => emit({ type: 'progress', ...keyOf(server), phase: 'preparing', text })
  const allowedSource = packageOf(server) ?? source
  progress(`locking ${packageText(source)}`)
  const answer = await runtime.lock(allowedSource, { progress, ...(signal && { signal }) })
  if ('fault' in answer) return answer.fault
  stack.state.consent.allow(allowed, [])
  for (const text of notesOn(source, answer.made)) emit({ type: 'note', text })
  return undefined
}

function notesOn(source: PackageSource, { version, packages, scripts }: PackageLock): string[] {
  const file = relative(process.cwd(), source.lockFile)
  const barred = scripts.filter(name => !source.allowScripts.includes(name))
  return [
    `locked ${source.name} ${version} with ${counted(packages - 1, 'more package')} in ${file}: commit it`,
    ...(barred.length === 0
      ? []
      : [
          `${source.name}: install scripts do not run (${barred.join(', ')}); if it needs one, add its name to "allow_scripts"`,
        ]),
  ]
}
