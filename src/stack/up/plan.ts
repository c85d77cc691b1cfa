import { keyOf, keyText, type Project, type ServerKey } from '../../config/project.ts'
import type { Observed, ObservedServer, Start } from '../../runtimes/runtime.ts'

/** What is to happen to one server, and why. */
export type Step =
  | { kind: 'create' | 'recreate' | 'start'; key: ServerKey; cause: string; start: Start }
  | { kind: 'remove'; key: ServerKey; cause: string }
  | { kind: 'keep'; key: ServerKey; cause: string }

export interface PlanInput {
  wanted: Start[]
  observed: Observed
  /** All that the configuration knows: what runs beyond it is removed, unless only a part was asked for. */
  project: Pick<Project, 'customers'>
  scope: 'all' | 'part'
  /** Recreate even what is unchanged (`restart`). */
  renew?: boolean
}

/** Wanted and observed -> steps, in the order of the configuration. Pure. */
export function plan({ wanted, observed, project, scope, renew = false }: PlanInput): Step[] {
  const there = new Map(observed.servers.map(one => [keyText(one), one]))
  const steps = wanted.map((start): Step => {
    const key = keyOf(start.server)
    const found = there.get(keyText(key))
    if (!found) return { kind: 'create', key, cause: 'is not there', start: { ...start, cause: 'create' } }
    const change = changeOf(start, found) ?? (renew ? 'restart asked for' : undefined)
    if (change) return { kind: 'recreate', key, cause: change, start: { ...start, cause: 'recreate' } }
    const halt = haltOf(found)
    if (halt) return { kind: 'start', key, cause: halt, start: { ...start, cause: 'start' } }
    return { kind: 'keep', key, cause: 'runs unchanged' }
  })
  return [...steps, ...(scope === 'all' ? strays(observed, project) : [])]
}

function changeOf(start: Start, found: ObservedServer): string | undefined {
  // The engine starts no paused container.
  if (found.life === 'paused') return 'is paused'
  if (found.definition !== start.definition) return 'its definition changed'
  if (found.credentials === '') return 'was started without supportmax'
  if (found.credentials !== start.credentials) return 'a credential changed'
  if (found.life === 'running' && found.hostPort !== start.hostPort)
    return `its port changed: ${found.hostPort ?? 'none'} -> ${start.hostPort}`
  return undefined
}

function haltOf(found: ObservedServer): string | undefined {
  if (found.life === 'running' || found.life === 'restarting') return undefined
  return found.life === 'created'
    ? 'was never started'
    : `ended with exit code ${found.exitCode ?? 'unknown'}`
}

function strays(observed: Observed, project: Pick<Project, 'customers'>): Step[] {
  const known = new Set(
    project.customers.flatMap(one =>
      one.servers.filter(server => server.managed).map(server => keyText(keyOf(server))),
    ),
  )
  return observed.servers
    .filter(one => !known.has(keyText(one)))
    .map(one => ({
      kind: 'remove' as const,
      key: { customer: one.customer, server: one.server },
      cause: 'is no longer in the configuration',
    }))
}
