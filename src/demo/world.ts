// The simulated systems of all demo customers, on one loopback port: /<customer>/alertmanager and /<customer>/genesys.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { simulatedAlertmanager } from './alertmanager/api.ts'
import { readWorld } from './data.ts'
import { applyFault, type Faults, faultFor, type InjectedFault } from './faults.ts'
import { simulatedGenesys } from './genesys/api.ts'
import type { SimulatedReply, System } from './reply.ts'

export interface WorldOptions {
  /** 0 = any free port. */
  port: number
  /** Folder with <customer>.json and credentials.env. */
  data: string
  faults?: Record<string, InjectedFault>
  /** Lifetime of a Genesys token (default: one day). */
  tokenSeconds?: number
}

interface RequestSeen {
  customer: string
  system: string
  method: string
  /** Path below the system, with the query. */
  path: string
  /** The client disconnected before it got its answer. */
  aborted: boolean
}

export interface World {
  url: string
  /** The latest 10,000 requests, oldest first. */
  requests: RequestSeen[]
  /** Undefined clears the fault. */
  setFault(system: `${string}/${'alertmanager' | 'genesys'}`, fault: InjectedFault | undefined): void
  /** From now on every Genesys token issued so far is rejected. */
  expireTokens(): void
  close(): Promise<void>
}

const MOST_BODY_BYTES = 1024 * 1024
const MOST_REQUESTS = 10_000

/** Starts the simulated systems on 127.0.0.1. Rejects with Node's error when the port is in use. */
export async function startWorld(options: WorldOptions): Promise<World> {
  const { systems, expireTokens } = buildSystems(options)
  const faults: Faults = new Map(Object.entries(options.faults ?? {}))
  const requests: RequestSeen[] = []
  const server = createServer((req, res) => {
    answer(req, res, systems, faults, requests).catch(() => res.destroy())
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port, '127.0.0.1', resolve)
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    setFault: (system, fault) => void (fault ? faults.set(system, fault) : faults.delete(system)),
    expireTokens,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function buildSystems({ data, tokenSeconds = 86_400 }: WorldOptions) {
  const { customers, credentials } = readWorld(data)
  const start = Date.now()
  const systems = new Map<string, System>()
  const expire: (() => void)[] = []
  for (const { id, alertmanager, genesys } of customers) {
    systems.set(`${id}/alertmanager`, simulatedAlertmanager(alertmanager, start))
    if (!genesys) continue
    const organization = simulatedGenesys(genesys, credentials.get(id), tokenSeconds)
    systems.set(`${id}/genesys`, organization.answer)
    expire.push(organization.expireTokens)
  }
  return {
    systems,
    expireTokens: () => {
      for (const each of expire) each()
    },
  }
}

async function answer(
  req: IncomingMessage,
  res: ServerResponse,
  systems: Map<string, System>,
  faults: Faults,
  requests: RequestSeen[],
): Promise<void> {
  const url = new URL(req.url ?? '/', 'http://127.0.0.1')
  const [, customer = '', system = '', ...rest] = url.pathname.split('/')
  const key = `${customer}/${system}`
  const path = `/${rest.join('/')}`
  const seen = { customer, system, method: req.method ?? 'GET', path: `${path}${url.search}`, aborted: false }
  if (requests.push(seen) > MOST_REQUESTS) requests.shift()
  res.once('close', () => {
    seen.aborted = !res.writableFinished
  })
  const handle = systems.get(key)
  if (!handle) return send(res, { status: 404, json: { message: `the demo has no system ${key}` } })
  const body = await readBody(req)
  const fault = faultFor(faults, key, path)
  const instead = fault && (await applyFault(fault, res))
  if (instead === 'silence') return
  const { method } = seen
  const authorization = req.headers.authorization ?? ''
  send(res, instead ?? handle({ method, path, query: url.searchParams, authorization, body }, Date.now()))
}

function send(res: ServerResponse, { status, json, html, headers = {} }: SimulatedReply): void {
  const type = html === undefined ? 'application/json' : 'text/html'
  res.writeHead(status, { 'content-type': type, ...headers })
  res.end(html ?? (json === undefined ? '' : JSON.stringify(json)))
}

async function readBody(req: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of req.setEncoding('utf8') as AsyncIterable<string>) {
    text += chunk
    if (text.length > MOST_BODY_BYTES) throw new Error('the body is too large')
  }
  return text
}
