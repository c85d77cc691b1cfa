// All that this process answers over HTTP: one function from Request to Response.

import { Hono } from 'hono'
import { cors } from 'hono/cors'
import { INTERNAL_ERROR } from '../../base/http/rpc-codes.ts'
import { refusal } from '../../mcp/serving/http/refusal.ts'
import type { Doors } from '../doors.ts'
import type { MeterListener, TurnedAway } from '../meter.ts'
import type { Entrance } from './entrance.ts'

interface RoutesOptions {
  doors: Doors
  entrance: Entrance
  meter: Pick<MeterListener, 'turnedAway'>
  /** Prometheus text: of one customer, or of all. */
  metrics(customer: string | undefined): Promise<string>
  /** Origins whose web pages may call. */
  origins: readonly string[]
  /** Called with our own faults, which clients are not shown. */
  onFault(error: Error): void
}

export function createRoutes({ doors, entrance, meter, metrics, origins, onFault }: RoutesOptions) {
  const routes = new Hono()
  /** Counted for a customer only if it exists: anybody can send another name. */
  const away = (reason: TurnedAway | undefined, response: Response, id = '') => {
    if (reason) meter.turnedAway({ customer: doors.has(id) ? id : undefined, reason })
    return response
  }
  if (origins.length > 0) routes.use(cors({ origin: [...origins], exposeHeaders: EXPOSED }))
  routes.get('/livez', context => context.text('alive\n'))
  routes.get('/readyz', context =>
    doors.isReady() ? context.text('ready\n') : context.text('not ready\n', 503),
  )
  routes.all('/customers/:id/mcp', async context => {
    const request = context.req.raw
    const id = context.req.param('id')
    const by = await entrance.principalFor(request, id)
    if (by instanceof Response) return away(by.status === 401 ? 'unauthorized' : 'unavailable', by, id)
    const response = (await doors.enter(id, request, by)) ?? refusal(404, 'Not Found')
    if (response.status !== 403) return response
    return away('scope', await entrance.scopeRefusal(response, id, by), id)
  })
  routes.get('/metrics', async context => {
    const allowed = entrance.metricsFor(context.req.raw)
    if (allowed instanceof Response) return away('unauthorized', allowed)
    return context.text(await metrics(allowed.customer), 200, { 'content-type': METRICS_TYPE })
  })
  // RFC 9728, section 3.1. The same for every customer, whether it exists or not.
  routes.get('/.well-known/oauth-protected-resource/customers/:id/mcp', context => {
    const metadata = entrance.metadataFor(context.req.param('id'))
    return metadata ? context.json(metadata) : refusal(404, 'Not Found')
  })
  routes.notFound(() => refusal(404, 'Not Found'))
  routes.onError(error => {
    onFault(error)
    return refusal(500, 'Internal error', { code: INTERNAL_ERROR })
  })
  return (request: Request): Response | Promise<Response> => {
    const refused = entrance.refuseStranger(request)
    return refused ? away('stranger', refused) : routes.fetch(request)
  }
}

/** Source: Prometheus' text format 0.0.4. */
const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8'

/** Headers that a web page may read. */
const EXPOSED = ['mcp-session-id', 'mcp-protocol-version', 'www-authenticate']
