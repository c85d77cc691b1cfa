import { type Customer, keyText, type Server, type ServerKey } from '../../config/project.ts'
import { DEADLINES, type Endpoint, type FindEndpoint, type Unavailable } from '../../mcp/endpoint.ts'
import type { ObservedServer } from '../../runtimes/runtime.ts'
import { missingOf, type Stack } from '../stack.ts'
import { driftFinder } from './drift.ts'
import { judge } from './judge.ts'
import { lookAround } from './sight.ts'

/** Where and with which token one server is reached from this machine. */
export function endpointOf(stack: Stack, server: Server, hostPort: number | undefined): Endpoint {
  const { customer, transport, path, readOnly, smoke } = server
  const external = server.externalTokenName
  return {
    customer,
    server: server.name,
    url: server.managed ? `http://127.0.0.1:${hostPort ?? 0}${path}` : server.url,
    transport,
    token: server.managed
      ? stack.state.token(server)
      : external === undefined
        ? undefined
        : stack.credentials.get(external),
    caFile: server.managed ? undefined : server.caFile,
    trust: readOnly,
    smoke,
    image: server.managed ? server.image.kind : undefined,
    deadlines: { ...DEADLINES, probe: stack.project.start.probeMs },
  }
}

/** Looks the server up in what runs now: ports move when a stack is recreated. */
export function endpointFinder(stack: Stack): FindEndpoint {
  return async (key, signal) => {
    const { customer, server } = ownerOf(stack, key)
    const missing = missingOf(stack, server)
    if (!server.managed)
      return missing.length === 0
        ? endpointOf(stack, server, undefined)
        : unavailable(stack, server, undefined)
    const found = (await lookAround(stack, signal)).find(key)
    if (found?.observed.life !== 'running') return unavailable(stack, server, found?.observed)
    const drift = driftFinder(stack, [customer])(server, found)
    if (drift?.kind === 'other')
      return { state: 'degraded', reason: drift.reason, hint: `supportmax up ${server.customer}` }
    return endpointOf(stack, server, found.observed.hostPort)
  }
}

function ownerOf(stack: Stack, key: ServerKey): { customer: Customer; server: Server } {
  const customer = stack.project.customers.find(one => one.id === key.customer)
  const server = customer?.servers.find(one => one.name === key.server)
  if (!customer || !server) throw new Error(`${keyText(key)} is not in the configuration`)
  return { customer, server }
}

function unavailable(stack: Stack, server: Server, observed: ObservedServer | undefined): Unavailable {
  const verdict = judge({
    server,
    observed,
    missing: missingOf(stack, server),
    probed: undefined,
    drift: undefined,
    now: Date.now(),
    graceMs: stack.project.start.upMs,
    credentialsFile: stack.credentials.file,
  })
  const known = ['missing_credentials', 'starting', 'crash_loop'] as const
  const state = known.find(one => one === verdict.state) ?? 'stopped'
  return { state, reason: verdict.reason, hint: verdict.hint }
}
