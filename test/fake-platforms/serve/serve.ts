import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Instance, nextTurn, type Recorded } from '../instance.ts'
import type { Detail, Refused, Violation } from '../refuse/refused.ts'
import { REFUSALS, type Refusal, type Turn } from '../turn.ts'
import { violationOf } from '../validate/body.ts'
import type { Ask } from '../wire/frame.ts'
import { deploymentsOf, listingOf, MODELS } from '../wire/listing.ts'
import { askOf, keyOf, REFUSE, WIRES } from './dialect.ts'
import { drop, pause, play, refuse } from './play.ts'
import type { Route } from './route.ts'

/** One request at one platform: recorded, checked, answered by the script. */
export async function serve(
  instance: Instance,
  route: Route,
  req: IncomingMessage,
  res: ServerResponse,
): Promise<void> {
  const record = newRecord(instance, req)
  const gone = watch(res, record)
  if (route.endpoint?.kind === 'listing') {
    instance.listings.push(record)
    return list(instance, record, res, gone)
  }
  if (route.endpoint?.kind === 'deployments') return listDeployments(instance, record, res)
  instance.requests.push(record)
  const raw = await textOf(req)
  const { body, broken } = parsed(raw)
  record.body = body
  const ask = askOf(instance, route, record)
  const refused = (broken && violate(record, broken, instance)) ?? gate(instance, route, ask, record)
  if (refused) return refuse(res, refused, record)
  const wire = WIRES[route.endpoint?.kind ?? 'token']
  const turn = nextTurn(instance, record)
  if (isRefusal(turn.fault)) {
    await pause(turn.delay?.first, gone)
    return refuse(res, REFUSE[instance.vendor].refusal(turn.fault, detailOf(turn, ask, record)), record)
  }
  if (wire) await play(res, { wire, turn, ask, record }, gone)
}

/** What is refused whatever the script says; takes no turn of it. */
function gate(instance: Instance, route: Route, ask: Ask, record: Recorded): Refused | undefined {
  const { rules, vendor } = instance
  const refusal = (kind: Refusal, turn: Turn = {}) =>
    REFUSE[vendor].refusal(kind, { ...detailOf(turn, ask, record), most: rules.mostTools ?? 128 })
  if (!record.key) return refusal(vendor === 'google' ? 'forbidden' : 'auth')
  if (!route.endpoint || (rules.models && !rules.models.includes(ask.model))) return refusal('not-found')
  const violation = rules.unchecked ? undefined : violationOf(route, ask, record)
  if (violation) return violate(record, violation, instance)
  if (rules.mostTools !== undefined && ask.tools.length > rules.mostTools) return refusal('too-many-tools')
  const bad = ask.tools.find(tool => rules.refuses?.tools.includes(tool))
  const by = { name: 'bad-tool-named', index: 'bad-tool-indexed', nothing: 'bad-tool-unnamed' } as const
  return bad === undefined ? undefined : refusal(by[rules.refuses?.by ?? 'name'], { tool: bad })
}

function violate(record: Recorded, violation: Violation, instance: Instance): Refused {
  record.violation = [violation.param, violation.message].filter(Boolean).join(': ')
  return REFUSE[instance.vendor].violation(violation)
}

async function list(
  instance: Instance,
  record: Recorded,
  res: ServerResponse,
  gone: AbortSignal,
): Promise<void> {
  const { vendor, listing, listings, rules } = instance
  const turn = listing[Math.min(listings.length, listing.length) - 1] ?? {}
  const fault = record.key ? turn.fault : vendor === 'google' ? 'forbidden' : 'auth'
  await pause(turn.delay?.first, gone)
  if (isRefusal(fault)) {
    const ask = { instance, model: '', tools: [], body: {} }
    return refuse(res, REFUSE[vendor].refusal(fault, detailOf(turn, ask, record)), record)
  }
  if (fault) {
    record.faultAt = performance.now()
    if (fault !== 'hang') drop(res, record, 'reset')
    return
  }
  record.endedAt = performance.now()
  const { models = MODELS[vendor], listBody, pageSize } = rules
  res.writeHead(200, { 'content-type': listBody?.startsWith('<') ? 'text/html' : 'application/json' })
  res.end(listBody ?? JSON.stringify(listingOf(vendor, models, record.query, pageSize)))
}

/** Not recorded: it follows each list of models. */
function listDeployments(instance: Instance, record: Recorded, res: ServerResponse): void {
  const { vendor, rules } = instance
  const { deployments = rules.models ?? MODELS[vendor] } = rules
  const isKnown = record.key && record.query['api-version'] === '2023-03-15-preview'
  if (!isKnown || deployments === 'none') {
    const ask = { instance, model: '', tools: [], body: {} }
    return void refuse(res, REFUSE[vendor].refusal('not-found', detailOf({}, ask, record)), record)
  }
  res.writeHead(200, { 'content-type': 'application/json' })
  res.end(JSON.stringify(deploymentsOf(deployments)))
}

function isRefusal(fault: Turn['fault']): fault is Refusal {
  return fault !== undefined && (REFUSALS as readonly string[]).includes(fault)
}

function detailOf(turn: Turn, { model, tools }: Ask, record: Recorded): Detail {
  const tool = turn.tool ?? tools[0] ?? 'tool'
  return {
    model,
    tool,
    index: Math.max(0, tools.indexOf(tool)),
    offered: tools.length,
    most: Math.max(0, tools.length - 1),
    retryAfter: turn.retryAfter ?? (turn.fault === 'rate-limit-ms' ? 1.5 : 2),
    message: turn.message,
    path: record.path,
  }
}

export function newRecord({ vendor }: Pick<Instance, 'vendor'>, req: IncomingMessage): Recorded {
  const url = new URL(req.url ?? '/', 'http://127.0.0.1')
  const arrivedAt = performance.now()
  return {
    method: req.method ?? '',
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    key: keyOf(vendor, req.headers),
    headers: Object.fromEntries(Object.entries(req.headers).map(([name, value]) => [name, String(value)])),
    body: {},
    arrivedAt,
    arrivedEpoch: performance.timeOrigin + arrivedAt,
  }
}

/** Fires when the connection closes; notes it where the answer was not at its end: then it was the client. */
export function watch(res: ServerResponse, record: Recorded): AbortSignal {
  const gone = new AbortController()
  res.on('error', () => {})
  res.on('close', () => {
    if (record.endedAt === undefined) record.closedByClientAt = performance.now()
    gone.abort()
  })
  return gone.signal
}

export async function textOf(req: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  try {
    for await (const part of req) parts.push(part)
  } catch {
    // The client went away while it was sending.
  }
  return Buffer.concat(parts).toString()
}

function parsed(text: string): { body: Record<string, unknown>; broken?: Violation } {
  const broken = { message: 'We could not parse the JSON body of your request.' }
  try {
    const body: unknown = JSON.parse(text)
    if (typeof body === 'object' && body !== null && !Array.isArray(body))
      return { body: body as Record<string, unknown> }
  } catch {}
  return { body: {}, broken }
}
