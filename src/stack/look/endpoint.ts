import { TIMEOUTS } from '../../base/timeouts.ts'
import { type Customer, keyOf, keyText, type Server, type ServerKey } from '../../config/project.ts'
import type { Endpoint, FindEndpoint, Unavailable } from '../../mcp/endpoint.ts'
import { missingOf, type Stack } from '../stack.ts'
import { judgeUnavailable } from './judge.ts'
import { basicFacts, type Look, lookAt } from './look.ts'

/** One server's URL from this machine; undefined if its port is unknown. */
export function urlOf(server: Server, hostPort: number | undefined): string | undefined {
  if (!server.managed) return server.url
  return hostPort === undefined ? undefined : `http://127.0.0.1:${hostPort}${server.path}`
}

/** One server's address from this machine, with its token and timeouts. */
export function endpointOf(stack: Stack, server: Server, hostPort: number | undefined): Endpoint {
  const { customer, transport, readOnly, smoke } = server
  const external = server.externalTokenName
  return {
    customer,
    server: server.name,
    url: urlOf(server, hostPort ?? 0) ?? '',
    transport,
    token: server.managed
      ? stack.state.token(server)
      : external === undefined
        ? undefined
        : stack.credentials.get(external),
    tokenName: external,
    headers: {},
    tls: server.managed ? {} : { caFile: server.caFile },
    proxy: undefined,
    vouched: false,
    trust: readOnly,
    smoke,
    image: server.managed ? server.image.kind : undefined,
    deadlines: {
      connect: stack.project.start.probeMs,
      probe: stack.project.start.probeMs,
      call: TIMEOUTS.toolCall,
    },
  }
}

/** Looks for the server on each call, since ports can change when servers are recreated. */
export function endpointFinder(stack: Stack): FindEndpoint {
  return (key, signal) => {
    const { customer, server } = ownerOf(stack, key)
    return endpointIn(stack, server, () => lookAt(stack, [customer], signal))
  }
}

/** Looks once, on the first call, for all servers of one customer. For one generation of a toolset. */
export function endpointFinderOnce(stack: Stack, customer: Customer): FindEndpoint {
  let once: Promise<Look> | undefined
  return (key, signal) => {
    const look = () => {
      once ??= lookAt(stack, [customer], signal)
      return once
    }
    return endpointIn(stack, ownerOf(stack, key).server, look)
  }
}

async function endpointIn(
  stack: Stack,
  server: Server,
  look: () => Promise<Look>,
): Promise<Endpoint | Unavailable> {
  if (!server.managed) {
    const missing = missingOf(stack, server).length > 0
    return missing ? judgeUnavailable(basicFacts(stack, server)) : endpointOf(stack, server, undefined)
  }
  const { sight, factsOf } = await look()
  const found = sight.find(keyOf(server))
  const facts = factsOf(server, found)
  if (found?.observed.life !== 'running' || facts.drift?.kind === 'other') return judgeUnavailable(facts)
  return endpointOf(stack, server, found.observed.hostPort)
}

function ownerOf(stack: Stack, key: ServerKey): { customer: Customer; server: Server } {
  const customer = stack.project.customers.find(one => one.id === key.customer)
  const server = customer?.servers.find(one => one.name === key.server)
  if (!customer || !server) throw new Error(`${keyText(key)} is not in the configuration`)
  return { customer, server }
}
