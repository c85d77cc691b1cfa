import { keyOf, keyText, type Project, type Server, type ServerKey } from '../../config/project.ts'
import type { Observed, ObservedServer, Start } from '../../runtimes/runtime.ts'
import { alteredCause } from '../look/altered.ts'
import { isSameImage } from './image-name.ts'

/** What will happen to one server, and why. */
export type Step =
  | { kind: 'create' | 'recreate'; key: ServerKey; cause: string; start: Start; clear: Clearing | undefined }
  | { kind: 'start'; key: ServerKey; cause: string; start: Start }
  | { kind: 'remove'; key: ServerKey; cause: string }
  | { kind: 'keep'; key: ServerKey; cause: string }

/**
 * What has to be removed before the server is created again. `network`: everything of its customer, with the network.
 * `copies`: its own containers.
 */
export type Clearing = 'network' | 'copies'

export interface PlanInput {
  wanted: Start[]
  /**
   * Servers outside the selection whose customer's network moves: recreated if they exist, since their network is
   * removed.
   */
  drawnIn: Start[]
  /** Servers that lack a credential and cannot start. */
  blocked: Server[]
  observed: Observed
  /** With scope `all`, what exists beyond this configuration is removed. */
  project: Pick<Project, 'customers'>
  scope: 'all' | 'part'
  /** Recreate even what is unchanged (`restart`). */
  renew?: boolean
}

/** Wanted and observed -> steps, in the order of the configuration. Pure. */
export function plan(input: PlanInput): Step[] {
  const { wanted, drawnIn, observed, project, scope, renew = false } = input
  const there = new Map(observed.servers.map(one => [keyText(one), one]))
  const moves = networkMoves(wanted, observed)
  const stepOf = (start: Start) => stepFor(start, there.get(keyText(keyOf(start.server))), moves, renew)
  const steps = [
    ...wanted.map(stepOf),
    ...drawnIn
      .filter(({ server }) => moves.has(server.customer) && there.has(keyText(keyOf(server))))
      .map(stepOf),
    ...(scope === 'all' ? strays(observed, project) : []),
  ]
  return [...steps, ...leftBehind(input, moves, steps)]
}

/** Customers whose network exists but has other addresses than their leases, each with the cause to show. */
export function networkMoves(wanted: readonly Start[], { networks }: Observed): Map<string, string> {
  const subnets = new Map(wanted.map(({ server, subnet }) => [server.customer, subnet]))
  return new Map(
    networks.flatMap(({ customer, subnets: now }) => {
      const next = subnets.get(customer)
      if (next === undefined || now.includes(next)) return []
      return [[customer, `its network moves from ${now.join(', ') || 'none'} to ${next}`] as const]
    }),
  )
}

function stepFor(
  start: Start,
  found: ObservedServer | undefined,
  moves: ReadonlyMap<string, string>,
  renew: boolean,
): Step {
  const key = keyOf(start.server)
  const move = moves.get(key.customer)
  if (!found) {
    const clear = move === undefined ? undefined : 'network'
    return { kind: 'create', key, cause: 'does not exist yet', start: { ...start, cause: 'create' }, clear }
  }
  const recreate = (cause: string, clear?: Clearing): Step => {
    return { kind: 'recreate', key, cause, start: { ...start, cause: 'recreate' }, clear }
  }
  if (move !== undefined) return recreate(move, 'network')
  // Compose would leave one of them unchanged.
  if (found.copies > 1) return recreate(`${found.copies} containers exist for it`, 'copies')
  const change = changeOf(start, found) ?? (renew ? 'restart requested' : undefined)
  if (change) return recreate(change)
  const halt = haltOf(found)
  if (halt) return { kind: 'start', key, cause: halt, start: { ...start, cause: 'start' } }
  return { kind: 'keep', key, cause: 'running, unchanged' }
}

function changeOf(start: Start, found: ObservedServer): string | undefined {
  // The engine does not start a paused container.
  if (found.life === 'paused') return 'paused'
  if (found.definition !== start.definition)
    return start.image === undefined || isSameImage(start.image, found.image)
      ? 'its definition changed'
      : `its image changed: ${found.image} -> ${start.image}`
  if (found.credentials === '') return 'started without supportmax'
  if (found.credentials !== start.credentials) return 'a credential changed'
  if (found.life === 'running' && found.hostPort !== start.hostPort)
    return `its port changed: ${found.hostPort ?? 'none'} -> ${start.hostPort}`
  return alteredCause(start.server, found)
}

function haltOf(found: ObservedServer): string | undefined {
  if (found.life === 'running' || found.life === 'restarting') return undefined
  return found.life === 'created' ? 'never started' : `ended with exit code ${found.exitCode ?? 'unknown'}`
}

function strays(observed: Observed, project: Pick<Project, 'customers'>): Step[] {
  const known = new Set(
    project.customers.flatMap(one =>
      one.servers.filter(server => server.managed).map(server => keyText(keyOf(server))),
    ),
  )
  return observed.servers
    .filter(one => !known.has(keyText(one)))
    .map(one => ({ kind: 'remove', key: keyOfObserved(one), cause: 'no longer in the configuration' }))
}

/** Servers on a network that moves which cannot move with it. */
function leftBehind(
  { observed, blocked }: PlanInput,
  moves: ReadonlyMap<string, string>,
  steps: readonly Step[],
): Step[] {
  const named = new Set(steps.map(step => keyText(step.key)))
  const lacking = new Set(blocked.map(server => keyText(keyOf(server))))
  return observed.servers.flatMap((one): Step[] => {
    const move = moves.get(one.customer)
    if (move === undefined || named.has(keyText(one))) return []
    const why = lacking.has(keyText(one)) ? 'it lacks a credential' : 'it is no longer in the configuration'
    return [{ kind: 'remove', key: keyOfObserved(one), cause: `${move}, and ${why}` }]
  })
}

function keyOfObserved({ customer, server }: ObservedServer): ServerKey {
  return { customer, server }
}
