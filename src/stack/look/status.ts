import { unaskedCredentials } from '../../config/missing-credentials.ts'
import { type Customer, keyOf, keyText, type Server } from '../../config/project.ts'
import { credentialNames } from '../../config/resolve/shared.ts'
import type { ServerState } from '../events.ts'
import { bindCredentials, isForeign, type Stack } from '../stack.ts'
import { shownUrlOf } from './endpoint.ts'
import { isAlive, judge, judgeStray } from './judge.ts'
import { lastWords } from './last-words.ts'
import { type Look, lookAt } from './look.ts'
import type { Sight } from './sight.ts'

/** One server, as `status --json` prints it. `reason` may name credentials, but never shows their values. */
export interface StatusRow {
  customer: string
  server: string
  type: string
  state: ServerState
  reason: string
  /** What to do next; empty if there is nothing to do. */
  hint: string
  /** ISO time at which it started or ended. */
  since: string | null
  /** ISO time of the failed start that explains why it does not run. */
  failedAt: string | null
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
  /** Name and version of the engine that was looked at, such as `Docker 26.1.5`; null without one. */
  engine: string | null
  /** What people should know about the runtimes. */
  notices: string[]
  servers: StatusRow[]
  summary: { ready: number; total: number }
}

/**
 * Probes all servers side by side, and joins the results with what runs. `strays`: servers that exist without being in
 * the configuration; they still hold credentials.
 */
export async function status(
  stack: Stack,
  customers: Customer[],
  { strays, signal }: { strays: 'shown' | 'left-out'; signal?: AbortSignal | undefined },
): Promise<StatusReport> {
  const servers = customers.flatMap(one => one.servers)
  // An external server is probed with its credentials; of the others, those that are known now are enough.
  const external = servers.filter(one => !one.managed)
  await stack.credentials.load(external.flatMap(credentialNames), signal)
  await stack.state.signIns.unlock(signal)
  bindCredentials(stack, external)
  const look = await lookAt(stack, customers, signal)
  const rows = await Promise.all(servers.map(server => statusRow(stack, server, look, signal)))
  if (strays === 'shown') rows.push(...strayRows(stack, look.sight))
  const runtimes = look.sight.all.map(one => one.runtime)
  const owning = look.sight.all.filter(one => one.observed.servers.length > 0).map(one => one.runtime.kind)
  return {
    project: stack.project.name,
    runtime: owning.join('+') || 'none',
    engine: runtimes.find(one => one.engine !== undefined)?.engine ?? null,
    notices: [...runtimes.map(one => one.notice), look.sight.unchecked].filter(one => one !== undefined),
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
      ...judgeStray(one),
      since: one.startedAt ?? null,
      failedAt: null,
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

async function statusRow(
  stack: Stack,
  server: Server,
  { sight, factsOf }: Look,
  signal?: AbortSignal,
): Promise<StatusRow> {
  const found = sight.find(keyOf(server))
  const facts = factsOf(server, found)
  const { observed, missing, signIn } = facts
  const asks = server.managed ? observed?.life === 'running' : missing.length === 0 && signIn === undefined
  const probed = asks ? await stack.probe(server, observed, signal) : undefined
  // A value that was not asked for could not be hidden in what it logged.
  const isReadable = unaskedCredentials(server, stack.credentials).length === 0
  const said = found && isReadable ? await lastWords(found.runtime, observed, signal) : undefined
  return {
    ...keyOf(server),
    type: server.type,
    ...judge({ ...facts, probed, lastWords: said }),
    since: observed?.life === 'running' ? (observed.startedAt ?? null) : (observed?.finishedAt ?? null),
    failedAt: (observed && isAlive(observed) ? undefined : facts.failure?.at) ?? null,
    endpoint: shownUrlOf(server, observed?.hostPort) ?? null,
    transport: server.transport,
    era: probed?.era ?? null,
    tools: probed?.tools ?? null,
    latencyMs: probed?.latencyMs ?? null,
    restarts: observed?.restarts ?? 0,
    image: observed?.image ?? null,
    containerId: observed?.id ?? null,
  }
}
