import { SupportError } from '../../base/errors.ts'
import { keyOf, keyText, type Project, type Server } from '../../config/project.ts'

/** What a compose file gives away for good: a host port a server, a /28 a customer. */
export interface Leases {
  /** By `customer/server`. */
  ports: Map<string, number>
  /** By customer id; `10.213.0.16/28`. */
  subnets: Map<string, string>
}

/**
 * Leases out of a file that we wrote. Scanned line by line in our own canonical form: parsing thousands of
 * services as YAML takes seconds. What does not look like ours leases nothing; of what stands twice, as in a merge
 * that was left half done, the first counts.
 */
export function readLeases(text: string): Leases {
  const leases: Leases = { ports: new Map(), subnets: new Map() }
  let port: number | undefined
  let customer: string | undefined
  let network: string | undefined
  for (const line of text.split('\n')) {
    const service = /^ {2}([a-z0-9_-]+):$/.exec(line)
    if (service) {
      port = undefined
      customer = undefined
      network = /^customer-(.+)$/.exec(service[1] ?? '')?.[1]
    }
    port ??= portIn(/^ {6}- "127\.0\.0\.1:(\d+):\d+"$/.exec(line)?.[1])
    customer ??= /^ {6}supportmax\.customer: "([a-z0-9-]+)"$/.exec(line)?.[1]
    const server = /^ {6}supportmax\.server: "([a-z0-9-]+)"$/.exec(line)?.[1]
    if (server !== undefined && customer !== undefined && port !== undefined)
      setFirst(leases.ports, keyText({ customer, server }), port)
    const subnet = subnetIn(/^ {8}- subnet: "([\d.]+)\/28"$/.exec(line)?.[1])
    if (subnet !== undefined && network !== undefined) setFirst(leases.subnets, network, subnet)
  }
  return leases
}

function setFirst<T>(map: Map<string, T>, key: string, value: T): void {
  if (!map.has(key)) map.set(key, value)
}

/** Only what we could have given: the engine refuses the whole file for a port that cannot be. */
function portIn(text: string | undefined): number | undefined {
  const port = Number(text)
  return port >= 1024 && port <= 65_535 ? port : undefined
}

/** An address that is written as we write it, at which a /28 begins. */
function subnetIn(address: string | undefined): string | undefined {
  if (address === undefined) return undefined
  const value = toNumber(address)
  return value % 16 === 0 && toAddress(value) === address ? `${address}/28` : undefined
}

/** A port for every managed server and a subnet for every customer: explicit, else leased before, else the next free. */
export function grantLeases(project: Project, before: Leases): Leases {
  return { ports: grantPorts(managed(project), before.ports), subnets: grantSubnets(project, before.subnets) }
}

function managed(project: Project): Server[] {
  return project.customers.flatMap(one => one.servers).filter(one => one.managed)
}

function grantPorts(servers: Server[], before: Map<string, number>): Map<string, number> {
  const granted = new Map<string, number>()
  const taken = new Set(servers.flatMap(one => one.hostPort ?? []))
  for (const server of servers) {
    const key = keyText(keyOf(server))
    const held = before.get(key)
    if (server.hostPort !== undefined) granted.set(key, server.hostPort)
    else if (held !== undefined && !taken.has(held)) {
      granted.set(key, held)
      taken.add(held)
    }
  }
  const next = new Map<number, number>()
  for (const server of servers) {
    const key = keyText(keyOf(server))
    if (granted.has(key)) continue
    const base = server.hostPortBase
    let port = next.get(base) ?? base
    while (taken.has(port)) port++
    if (port > 65_535)
      throw new SupportError('usage', `no port is free above ${base} for ${key}`, {
        hint: 'give its type another start in container_settings.port_ranges',
      })
    granted.set(key, port)
    taken.add(port)
    next.set(base, port + 1)
  }
  return granted
}

function grantSubnets(project: Project, before: Map<string, string>): Map<string, string> {
  const pool = poolOf(project.networkPool)
  const granted = new Map<string, string>()
  const taken = new Set<string>()
  for (const { id } of project.customers) {
    const held = before.get(id)
    if (held === undefined || taken.has(held) || !pool.holds(held)) continue
    granted.set(id, held)
    taken.add(held)
  }
  let index = 0
  for (const { id } of project.customers) {
    if (granted.has(id)) continue
    while (index < pool.size && taken.has(pool.at(index))) index++
    if (index >= pool.size)
      throw new SupportError(
        'usage',
        `network_pool ${project.networkPool} has room for ${pool.size} customers only`,
        {
          hint: 'choose a larger one, for example 10.192.0.0/12',
        },
      )
    granted.set(id, pool.at(index))
    taken.add(pool.at(index))
  }
  return granted
}

interface Pool {
  /** How many /28 there are. */
  size: number
  at(index: number): string
  holds(subnet: string): boolean
}

function poolOf(cidr: string): Pool {
  const [address = '', bits = '16'] = cidr.split('/')
  const size = 2 ** (28 - Number(bits))
  const start = Math.floor(toNumber(address) / (size * 16)) * (size * 16)
  return {
    size,
    at: index => `${toAddress(start + index * 16)}/28`,
    holds(subnet) {
      const offset = toNumber(subnet.split('/')[0] ?? '') - start
      return offset >= 0 && offset < size * 16 && offset % 16 === 0
    },
  }
}

function toNumber(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
}

function toAddress(value: number): string {
  return [24, 16, 8, 0].map(shift => Math.floor(value / 2 ** shift) % 256).join('.')
}
