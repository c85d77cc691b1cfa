import { shownUrl } from '../../base/text/urls.ts'
import { TIMEOUTS } from '../../base/timeouts.ts'
import { type Customer, isHeld, keyOf, keyText, type Server, type ServerKey } from '../../config/project.ts'
import { credentialNames } from '../../config/resolve/shared.ts'
import type { Endpoint, FindEndpoint, Override, Unavailable } from '../../mcp/endpoint.ts'
import { bindCredentials, type Place, type Stack } from '../stack.ts'
import { authorizerOf, externalDoor, type ServerDoor } from './external.ts'
import { judgeUnavailable } from './judge.ts'
import { basicFacts, type Look, lookAt } from './look.ts'

/** One server's URL from this machine, as it may be shown; undefined if its port is unknown. */
export function shownUrlOf(server: Server, hostPort: number | undefined): string | undefined {
  if (!server.managed) return shownUrl(server.url)
  return hostPort === undefined ? undefined : localUrl(server, hostPort)
}

function localUrl({ path }: Server, hostPort: number): string {
  return `http://127.0.0.1:${hostPort}${path}`
}

/** One server's address from this machine, with its secrets and timeouts. */
export function endpointOf(stack: Stack, server: Server, place: Place | undefined): Endpoint {
  const { customer, system, transport, newestProtocol, smoke, timeouts } = server
  const { start } = stack.project
  // Its caller is about to send them.
  if (!server.managed) bindCredentials(stack, [server])
  return {
    customer,
    server: server.name,
    system,
    transport,
    newestProtocol,
    ...(server.managed ? ownDoor(stack, server, place) : externalDoor(stack, server)),
    authorizer: server.managed ? undefined : authorizerOf(stack, server),
    smoke,
    deadlines: {
      connect: timeouts.connect ?? start.probeMs,
      probe: start.probeMs,
      call: timeouts.call ?? TIMEOUTS.toolCall,
      idle: timeouts.idle,
    },
  }
}

function ownDoor(stack: Stack, server: Server, place: Place | undefined): ServerDoor {
  const { hostPort, vouchedAt } = place ?? {}
  // An image of any program is asked whether it knows its token.
  const isAny = overridingImage(server) === 'program'
  const { image } = server
  return {
    url: localUrl(server, hostPort ?? 0),
    token: stack.state.token(server),
    auth: undefined,
    headers: {},
    tls: {},
    proxy: undefined,
    // A package is behind our own bridge, and so is a held container.
    image: image.kind === 'pull' && !isHeld(server) ? 'pull' : 'build',
    hasOnlyTools: image.kind === 'build' && image.program !== 'bridge',
    vouchedUntil: vouchedAt === undefined || isAny ? 0 : vouchedAt + TIMEOUTS.engineWord,
    override: overrideOf(stack, server, hostPort),
  }
}

/** A held container has none: our own bridge answers for it. */
function overridingImage(server: Server): 'release' | 'mirror' | 'program' | undefined {
  return server.image.kind === 'pull' && !isHeld(server) ? server.image.overrides : undefined
}

function overrideOf(stack: Stack, server: Server, hostPort: number | undefined): Override | undefined {
  const { image } = server
  if (image.kind !== 'pull' || !overridingImage(server)) return undefined
  return {
    image: image.ref,
    async findOurs(signal) {
      // Local processes run the type's own program, whatever the image.
      const { runtimes } = await stack.runtimes.all([server], signal)
      const engines = runtimes.filter(one => one.kind === 'docker')
      const running = (await Promise.all(engines.map(one => one.listRunning(signal)))).flat()
      const ours = running.find(one => keyText(one) === keyText(keyOf(server)) && one.hostPort === hostPort)
      if (ours === undefined) return 'nowhere'
      return ours.vouchedAt === undefined ? 'somewhere' : 'here'
    },
  }
}

/** Looks for the server on each call, since ports can change when servers are recreated. */
export function endpointFinder(stack: Stack): FindEndpoint {
  return (key, signal) => {
    const { customer, server } = ownerOf(stack, key)
    return endpointIn(stack, server, () => lookAt(stack, [customer], signal), signal)
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
    return endpointIn(stack, ownerOf(stack, key).server, look, signal)
  }
}

async function endpointIn(
  stack: Stack,
  server: Server,
  look: () => Promise<Look>,
  signal?: AbortSignal,
): Promise<Endpoint | Unavailable> {
  if (!server.managed) {
    await stack.credentials.load(credentialNames(server), signal)
    bindCredentials(stack, [server])
    await stack.state.signIns.unlock(signal)
    const facts = basicFacts(stack, server)
    const isUnavailable = facts.missing.length > 0 || facts.signIn !== undefined
    return isUnavailable ? judgeUnavailable(facts) : endpointOf(stack, server, undefined)
  }
  const { sight, factsOf } = await look()
  const found = sight.find(keyOf(server))
  const facts = factsOf(server, found)
  if (found?.observed.life !== 'running' || facts.drift?.kind === 'other') return judgeUnavailable(facts)
  return endpointOf(stack, server, found.observed)
}

function ownerOf(stack: Stack, key: ServerKey): { customer: Customer; server: Server } {
  const customer = stack.project.customers.find(one => one.id === key.customer)
  const server = customer?.servers.find(one => one.name === key.server)
  if (!customer || !server) throw new Error(`${keyText(key)} is not in the configuration`)
  return { customer, server }
}
