import { type Customer, keyOf, keyText, type Server } from '../../config/project.ts'
import type { Observed, ObservedServer, Runtime } from '../../runtimes/runtime.ts'
import type { State } from '../events.ts'
import { definitionOf, missingOf, type Stack, wantedCompose } from '../stack.ts'
import { judge } from './judge.ts'

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

/** What runs joined with what answers, probed side by side. */
export async function status(
  stack: Stack,
  customers: Customer[],
  signal?: AbortSignal,
): Promise<StatusReport> {
  const sights = await Promise.all((await stack.runtimes.all()).map(runtime => sight(runtime, signal)))
  const servers = customers.flatMap(one => one.servers)
  const drift = driftIn(stack)
  const rows = await Promise.all(
    servers.map(server => row(stack, server, find(sights, server), drift, signal)),
  )
  const owning = sights.filter(one => one.observed.servers.length > 0).map(one => one.runtime.kind)
  return {
    project: stack.project.name,
    runtime: owning.join('+') || 'none',
    servers: rows,
    summary: { ready: rows.filter(one => one.state === 'ready').length, total: rows.length },
  }
}

interface Sight {
  runtime: Runtime
  observed: Observed
}

async function sight(runtime: Runtime, signal?: AbortSignal): Promise<Sight> {
  return { runtime, observed: await runtime.observe(signal) }
}

interface Found {
  runtime: Runtime
  observed: ObservedServer
}

/** What runs is preferred to what once ran in the other runtime. */
function find(sights: Sight[], server: Server): Found | undefined {
  const all = sights.flatMap(({ runtime, observed }) =>
    observed.servers
      .filter(one => keyText(one) === keyText(keyOf(server)))
      .map(one => ({ runtime, observed: one })),
  )
  return all.find(one => one.observed.life === 'running') ?? all[0]
}

type Drift = (server: Server, found: Found | undefined) => string | undefined

function driftIn(stack: Stack): Drift {
  const compose = wantedCompose(stack.project)
  return (server, found) => {
    if (!found) return undefined
    if (found.observed.configFile !== '' && found.observed.configFile !== stack.project.file)
      return `it was started from ${found.observed.configFile}`
    const local = found.runtime.kind === 'local'
    if (!local && found.observed.definition !== definitionOf(compose, server, 'docker'))
      return 'its definition has changed since'
    const now = stack.state.fingerprint(stack.state.secrets(server))
    return found.observed.credentials === now ? undefined : 'a credential has changed since'
  }
}

async function row(
  stack: Stack,
  server: Server,
  found: Found | undefined,
  drift: Drift,
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
    drift: server.managed ? drift(server, found) : undefined,
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
