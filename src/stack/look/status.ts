import { type Customer, keyOf, keyText, type Server } from '../../config/project.ts'
import type { ObservedServer } from '../../runtimes/runtime.ts'
import type { State } from '../events.ts'
import { isForeign, missingOf, type Stack } from '../stack.ts'
import { type DriftFinder, driftFinder } from './drift.ts'
import { isAlive, judge } from './judge.ts'
import { type Found, lookAround, type Sight } from './sight.ts'

/** One server, as `status --json` prints it. Names of credentials may stand in `reason`, values never. */
export interface StatusRow {
  customer: string
  server: string
  type: string
  state: State
  reason: string
  /** What to type next; empty where there is nothing to do. */
  hint: string
  /** ISO time since when it runs, or has ended. */
  since: string | null
  endpoint: string | null
  transport: string
  era: string | null
  tools: number | null
  /** Milliseconds of one tools/list. */
  latencyMs: number | null
  restarts: number
  image: string | null
  containerId: string | null
}

export interface StatusReport {
  project: string
  runtime: string
  servers: StatusRow[]
  summary: { ready: number; total: number }
}

/**
 * What runs joined with what answers, probed side by side. With `strays`, also what runs and is not in the
 * configuration: it holds credentials still.
 */
export async function status(
  stack: Stack,
  customers: Customer[],
  { strays, signal }: { strays: 'shown' | 'left-out'; signal?: AbortSignal | undefined },
): Promise<StatusReport> {
  const sight = await lookAround(stack, signal)
  const servers = customers.flatMap(one => one.servers)
  const drift = driftFinder(stack, customers)
  const rows = await Promise.all(
    servers.map(server => row(stack, server, sight.find(keyOf(server)), drift, signal)),
  )
  if (strays === 'shown') rows.push(...strayRows(stack, sight))
  const owning = sight.all.filter(one => one.observed.servers.length > 0).map(one => one.runtime.kind)
  return {
    project: stack.project.name,
    runtime: owning.join('+') || 'none',
    servers: rows,
    summary: { ready: rows.filter(one => one.state === 'ready').length, total: rows.length },
  }
}

function strayRows({ project }: Stack, { all }: Sight): StatusRow[] {
  const known = new Set(project.customers.flatMap(one => one.servers.map(server => keyText(keyOf(server)))))
  return all
    .flatMap(({ observed }) => observed.servers)
    .filter(one => !known.has(keyText(one)) && !isForeign(project, one))
    .map(one => ({
      customer: one.customer,
      server: one.server,
      type: '',
      state: isAlive(one) ? 'degraded' : 'stopped',
      reason: isAlive(one) ? 'runs, but is not in the configuration' : 'is not in the configuration',
      hint: 'supportmax up  (without names it removes what is no longer configured)',
      since: one.startedAt ?? null,
      endpoint: null,
      transport: '',
      era: null,
      tools: null,
      latencyMs: null,
      restarts: one.restarts,
      image: one.image,
      containerId: one.id,
    }))
}

async function row(
  stack: Stack,
  server: Server,
  found: Found | undefined,
  drift: DriftFinder,
  signal?: AbortSignal,
): Promise<StatusRow> {
  const observed = server.managed ? found?.observed : undefined
  const missing = missingOf(stack, server)
  const asks = server.managed ? observed?.life === 'running' : missing.length === 0
  const probed = asks ? await stack.probe(server, observed?.hostPort, signal) : undefined
  const verdict = judge({
    server,
    observed,
    missing,
    probed,
    drift: found && server.managed ? drift(server, found) : undefined,
    now: Date.now(),
    graceMs: stack.project.start.upMs,
    credentialsFile: stack.credentials.file,
  })
  return {
    ...keyOf(server),
    type: server.type,
    ...verdict,
    since: observed?.life === 'running' ? (observed.startedAt ?? null) : (observed?.finishedAt ?? null),
    endpoint: endpointOf(server, observed),
    transport: server.transport,
    era: probed?.era ?? null,
    tools: probed?.tools ?? null,
    latencyMs: probed?.latencyMs ?? null,
    restarts: observed?.restarts ?? 0,
    image: observed?.image ?? null,
    containerId: observed?.id ?? null,
  }
}

function endpointOf(server: Server, observed: ObservedServer | undefined): string | null {
  if (!server.managed) return server.url
  return observed?.hostPort === undefined ? null : `http://127.0.0.1:${observed.hostPort}${server.path}`
}
