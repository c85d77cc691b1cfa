import { SupportError } from '../../base/errors.ts'
import { isContained, keyOf, keyText, type Project, type Server } from '../../config/project.ts'
import { parseYaml } from './yaml.ts'

/** The permanent leases in a compose file: a host port per server, a /28 per customer. */
export interface Leases {
  /** By `customer/server`. */
  ports: Map<string, number>
  /** By customer id; `10.213.0.16/28`. */
  subnets: Map<string, string>
}

/**
 * The leases in a compose file that we wrote, even after an editor or a formatter has changed its layout. Entries that
 * are not ours lease nothing. Throws a usage error for text that is not YAML: without its leases, every port would move.
 *
 * @param file named in that error
 */
export function readLeases(text: string, file: string): Leases {
  const leases: Leases = { ports: new Map(), subnets: new Map() }
  const document = parseYaml(text, file)
  for (const [, service] of entriesOf(valueAt(document, 'services'))) {
    const customer = valueAt(service, 'labels', 'supportmax.customer')
    const server = valueAt(service, 'labels', 'supportmax.server')
    const port = portIn(valueAt(service, 'ports', 0))
    if (typeof customer === 'string' && typeof server === 'string' && port !== undefined)
      leases.ports.set(keyText({ customer, server }), port)
  }
  for (const [name, network] of entriesOf(valueAt(document, 'networks'))) {
    const customer = /^customer-(.+)$/.exec(name)?.[1]
    const subnet = subnetIn(valueAt(network, 'ipam', 'config', 0, 'subnet'))
    if (customer !== undefined && subnet !== undefined) leases.subnets.set(customer, subnet)
  }
  return leases
}

/** The value at a path; undefined if the path does not exist. */
function valueAt(value: unknown, ...path: (string | number)[]): unknown {
  return path.reduce(
    (parent, key) => (parent as Record<string | number, unknown> | null | undefined)?.[key],
    value,
  )
}

function entriesOf(value: unknown): [string, unknown][] {
  return typeof value === 'object' && value !== null ? Object.entries(value) : []
}

/** Accepts only ports that we could have leased: one impossible port makes the engine reject the whole file. */
function portIn(value: unknown): number | undefined {
  const port = Number(/^127\.0\.0\.1:(\d+):\d+$/.exec(textIn(value))?.[1])
  return port >= 1024 && port <= 65_535 ? port : undefined
}

/** Accepts only the address of a /28 as we write it. */
function subnetIn(value: unknown): string | undefined {
  const address = /^([\d.]+)\/28$/.exec(textIn(value))?.[1]
  if (address === undefined) return undefined
  const first = toNumber(address)
  return first % 16 === 0 && toAddress(first) === address ? `${address}/28` : undefined
}

/** The value if it is a text. String() of nested YAML aliases would take all memory. */
function textIn(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

/**
 * A port for every server in a container and a subnet for every customer: the configured one, otherwise the previous lease,
 * otherwise the next free one. Throws a usage error when they run out.
 */
export function grantLeases(project: Project, before: Leases): Leases {
  return {
    ports: grantPorts(contained(project), before.ports),
    subnets: grantSubnets(project, before.subnets),
  }
}

function contained(project: Project): Server[] {
  return project.customers.flatMap(one => one.servers).filter(isContained)
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
      throw new SupportError('usage', `no free port above ${base} for ${key}`, {
        hint: 'set another "start" for its type in "port_ranges"',
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
        `network_pool ${project.networkPool} has room for only ${pool.size} customers`,
        {
          hint: 'set a larger "network_pool", for example 10.192.0.0/12',
        },
      )
    granted.set(id, pool.at(index))
    taken.add(pool.at(index))
  }
  return granted
}

interface Pool {
  /** Number of /28 blocks. */
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
