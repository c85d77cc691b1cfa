// mcp-lock.json: what `up` pins by itself, and what `tools accept` shows and pins.

import { basename } from 'node:path'
import { counted } from '../../base/text/amounts.ts'
import { firstOf } from '../../base/text/words.ts'
import {
  type Access,
  type Customer,
  keyOf,
  keyText,
  type Project,
  type Server,
} from '../../config/project.ts'
import { Fault } from '../../mcp/connection.ts'
import type { FindEndpoint } from '../../mcp/endpoint.ts'
import { type ConnectionPool, openPool } from '../../mcp/pool.ts'
import { toolName } from '../../toolset/build/name.ts'
import type { Comparison } from '../../toolset/pins/judge.ts'
import {
  type ComparedServer,
  compareListings,
  listDefinitions,
  type ServerComparisons,
} from '../../toolset/pins/listing.ts'
import { unusableLock } from '../../toolset/pins/pins.ts'
import { definitionTitle, waitsForPerson } from '../../toolset/pins/review-text.ts'
import { compilePolicy, standingDenial } from '../../toolset/policy/decide.ts'
import type { StackEvent } from '../events.ts'
import { endpointFinder, endpointFinderOnce, endpointOf } from '../look/endpoint.ts'
import type { Stack } from '../stack.ts'
import { declining } from './unanswered.ts'
import { listenerFor } from './watching.ts'

interface ReviewOptions {
  pool: ConnectionPool
  find?: FindEndpoint | undefined
  signal?: AbortSignal | undefined
}

/** Everything that the servers of one customer list, against the lock. Leaves out those that do not answer. */
export async function reviewDefinitions(
  { state, project }: Stack,
  servers: readonly Server[],
  {
    withPatterns,
    ...options
  }: ReviewOptions & {
    /** As if all that matches a pattern of `read_only_tools` were accepted. */
    withPatterns?: boolean
  },
): Promise<ComparedServer[]> {
  const listings = await Promise.all(
    servers.map(async server => {
      // What is read is hidden: a definition may show it.
      state.secrets(server)
      const accepted = withPatterns ? ALL : state.accepted.of(server)
      const listing = await listDefinitions(server, { ...options, accepted }).catch(absent)
      return 'state' in listing ? [] : [listing]
    }),
  )
  return compareListings(state.pins, listings.flat()).map(({ server, comparisons, toolCount }) => {
    const isDenied = denialOf(project, server)
    return {
      server,
      toolCount,
      comparisons: comparisons.filter(one => one.state === 'gone' || !isDenied(one)),
    }
  })
}

/** Nobody needs to accept a tool that no role is offered. */
function denialOf({ policy }: Project, server: Server): (one: Comparison) => boolean {
  if (policy === undefined) return () => false
  const compiled = compilePolicy(policy, { id: server.customer, access: server.access })
  return ({ kind, name: tool, isTrusted }) => {
    const name = toolName(server.name, tool)
    const subject = { server: server.name, tool, name, readOnly: isTrusted }
    const isDenied = (role: Access) => standingDenial(compiled, subject, role) !== undefined
    return kind === 'tool' && isDenied('read-only') && isDenied('read-write')
  }
}

/** The policy asks only for tools that match a pattern. */
const ALL = { has: () => true }

function absent(error: unknown): { state: string } {
  if (error instanceof Fault) return { state: error.kind }
  throw error
}

/** Remembers which servers an `up` has found ready. */
export function noteReady(emit: (event: StackEvent) => void) {
  const ready = new Set<string>()
  return {
    ready,
    emit(event: StackEvent) {
      if (event.type === 'state' && /^(ready|degraded)$/.test(event.state)) ready.add(keyText(event))
      emit(event)
    },
  }
}

/**
 * Pins what the ready servers list for the first time and what only reads, and emits notes on that and on what a person has
 * to accept. Throws a SupportError for a lock that cannot be used.
 */
export async function pinFirstSights(
  stack: Stack,
  { customers, ready, emit, signal }: PinOptions,
): Promise<void> {
  const { pins } = stack.state
  const lock = pins.lock()
  if (lock.state === 'unusable') throw unusableLock(lock)
  const answer = declining((_asked, { message }) => emit({ type: 'note', text: message }))
  const pool = openPool(endpointFinder(stack), undefined, listenerFor({ lists: new Set(), answer }))
  try {
    for (const customer of customers) {
      const options = { pool, find: finderAfterUp(stack, customer), signal }
      const servers = customer.servers.filter(one => ready.has(keyText(keyOf(one))))
      const compared = await reviewDefinitions(stack, servers, options)
      const fresh = compared.map(({ server, comparisons }) => ({
        server,
        comparisons: comparisons.filter(one => one.state !== 'same' && !waitsForPerson(one)),
      }))
      const count = fresh.reduce((sum, one) => sum + one.comparisons.length, 0)
      const isNew = lock.state === 'none' || servers.some(one => !lock.servers.has(keyText(keyOf(one))))
      if (count > 0 || (isNew && compared.length > 0)) await pins.accept(fresh, signal)
      const named = `${customer.id}: pinned ${counted(count, 'definition')} in ${basename(pins.file)}: commit it`
      if (count > 0) emit({ type: 'note', text: named })
      for (const text of [...waitingNotes(customer, compared), ...emptyNotes(customer, compared)])
        emit({ type: 'note', text })
    }
  } finally {
    await pool.close()
  }
}

/** `up` has just asked for the credentials and used them. */
function finderAfterUp(stack: Stack, customer: Customer): FindEndpoint {
  const findOurs = endpointFinderOnce(stack, customer)
  return async (key, signal) => {
    const server = customer.servers.find(one => one.name === key.server)
    return server && !server.managed ? endpointOf(stack, server, undefined) : findOurs(key, signal)
  }
}

interface PinOptions {
  customers: readonly Customer[]
  /** By `customer/server`. */
  ready: ReadonlySet<string>
  emit(event: StackEvent): void
  signal?: AbortSignal | undefined
}

/** Servers that are ready, and of which the agent gets nothing, because nobody has said which of their tools only read. */
function emptyNotes({ id, access }: Customer, compared: readonly ComparedServer[]): string[] {
  if (access !== 'read-only') return []
  return compared.flatMap(({ server, comparisons, toolCount }) => {
    if (toolCount === 0 || comparisons.some(({ kind, state }) => kind === 'tool' && state !== 'gone'))
      return []
    const all = toolCount === 1 ? 'its tool is' : `all ${toolCount} tools are`
    const text = `${keyText(keyOf(server))}: ${all} withheld from a read-only customer`
    return [`${text}; run \`supportmax tools ${id}\` to see why`]
  })
}

/** Whatever a person has to accept, in one note for a customer. */
function waitingNotes({ id }: Customer, compared: readonly ServerComparisons[]): string[] {
  const waiting = compared.flatMap(({ server, comparisons }) =>
    comparisons.filter(waitsForPerson).map(one => definitionTitle(server.name, one)),
  )
  if (waiting.length === 0) return []
  const what = `${counted(waiting.length, 'definition')} to accept (${firstOf(waiting, 4)})`
  return [`${id}: ${what}; run \`supportmax tools accept ${id}\``]
}
