// The fake platforms: one local server that speaks every vendor's wire format, checks what it gets, and misbehaves
// on order.

import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Instance, newInstance, type Recorded, type Script, VENDORS, type Vendor } from './instance.ts'
import { order } from './serve/orders.ts'
import { routeOf } from './serve/route.ts'
import { serve } from './serve/serve.ts'
import { signIn } from './serve/sign-in.ts'
import type { Rules, Turn } from './turn.ts'

/** Instances are made by being named: `openai`, `openai-b`. */
export interface FakePlatforms {
  port: number
  /** A name that no other test uses: a late request of an earlier one would be counted with its successor's. */
  fresh(vendor: Vendor): string
  /** What to configure as the base URL (Azure: the endpoint) of an instance. */
  url(instance: string): string
  /** One turn a completion request; the last one repeats. Starts the script anew. */
  script(instance: string, script: Script): void
  /** Faults and delays of the list of models, one a request; the last one repeats. */
  listing(instance: string, turns: readonly Turn[]): void
  rules(instance: string, rules: Rules): void
  /** Completion requests so far, in the order of arrival. The records grow while a request is under way. */
  requests(instance: string): Recorded[]
  listings(instance: string): Recorded[]
  signIns(instance: string): Recorded[]
  /** What broke a vendor's rules, of one instance or of all: `anthropic: max_tokens: Field required`. */
  violations(instance?: string): string[]
  reset(): void
  close(): Promise<void>
}

/** Throws for a name that begins with no vendor, and where the port is taken. */
export async function startFakePlatforms({ port = 0 }: { port?: number } = {}): Promise<FakePlatforms> {
  const all = openInstances()
  const server = createServer((req, res) => void dispatch(req, res, all))
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  let count = 0
  const taken = (server.address() as AddressInfo).port
  return {
    port: taken,
    fresh: vendor => `${vendor}-fresh-${++count}`,
    url: name => `http://127.0.0.1:${taken}/${name}${all.demand(name).vendor === 'openai' ? '/v1' : ''}`,
    script: (name, script) => void Object.assign(all.demand(name), { script, turns: 0 }),
    listing: (name, turns) => void Object.assign(all.demand(name), { listing: turns }),
    rules: (name, rules) => void Object.assign(all.demand(name), { rules }),
    requests: name => all.demand(name).requests,
    listings: name => all.demand(name).listings,
    signIns: name => all.demand(name).signIns,
    violations: name => (name === undefined ? all.list() : [all.demand(name)]).flatMap(violationsOf),
    reset: all.reset,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function violationsOf({ name, requests }: Instance): string[] {
  return requests.flatMap(({ violation }) => (violation ? [`${name}: ${violation}`] : []))
}

async function dispatch(req: IncomingMessage, res: ServerResponse, all: Instances): Promise<void> {
  try {
    if (await order(req, res, all)) return
    const route = routeOf(req.method ?? '', new URL(req.url ?? '/', 'http://127.0.0.1').pathname)
    const instance = route && all.get(route.instance)
    if (!route || !instance) return void res.writeHead(404).end('no such platform; see GET /\n')
    const kind = route.endpoint?.kind
    if (kind === 'token' || kind === 'impersonate') await signIn(instance, kind, req, res)
    else await serve(instance, route, req, res)
  } catch (error) {
    // A mistake of this program, said where a test or a person sees it.
    console.error('fake platforms:', error)
    res.destroy()
  }
}

type Instances = ReturnType<typeof openInstances>

function openInstances() {
  const made = new Map<string, Instance>()
  const get = (name: string): Instance | undefined => {
    const vendor: Vendor | undefined = VENDORS.find(one => name === one || name.startsWith(`${one}-`))
    if (vendor && !made.has(name)) made.set(name, newInstance(name, vendor))
    return made.get(name)
  }
  const demand = (name: string): Instance => {
    const instance = get(name)
    if (!instance)
      throw new Error(`fake platforms: no vendor begins "${name}"; there are ${VENDORS.join(', ')}`)
    return instance
  }
  return { get, demand, list: () => [...made.values()], reset: () => made.clear() }
}
