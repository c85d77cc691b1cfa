// The parts of the Alertmanager API v2 (its OpenAPI document) that the tools need.
import { SupportError } from '../../base/errors.ts'
import { hideSecret } from '../../base/redact.ts'
import { gate } from '../../base/waiting/gate.ts'
import { ask, jsonOf } from '../upstream.ts'

export interface Alert {
  labels: Record<string, string>
  annotations: Record<string, string>
  fingerprint: string
  startsAt: string
  endsAt: string
  updatedAt: string
  generatorURL?: string
  receivers: { name: string }[]
  status: { state: 'unprocessed' | 'active' | 'suppressed'; silencedBy: string[]; inhibitedBy: string[] }
}

export interface AlertGroup {
  labels: Record<string, string>
  receiver: { name: string }
  alerts: Alert[]
}

export interface Matcher {
  name: string
  value: string
  isRegex: boolean
  isEqual?: boolean
}

export interface SilenceDraft {
  id?: string
  matchers: Matcher[]
  startsAt: string
  endsAt: string
  createdBy: string
  comment: string
}

export interface Silence extends SilenceDraft {
  id: string
  status: { state: 'active' | 'pending' | 'expired' }
  updatedAt: string
}

export interface Status {
  versionInfo?: { version?: string }
  uptime?: string
  cluster?: { name?: string; status?: string; peers?: { name: string; address: string }[] }
}

/** A list is sent as one parameter per item. */
export type Query = Record<string, string | boolean | readonly string[]>

export interface Api {
  get(path: string, query: Query, signal: AbortSignal): Promise<unknown>
  post(path: string, body: unknown, signal: AbortSignal): Promise<unknown>
  /** The API answers DELETE with 200 and an empty body. */
  remove(path: string, signal: AbortSignal): Promise<void>
}

const SYSTEM = 'Alertmanager'

/** Alertmanager answers 503 to more than 8 concurrent GETs (--web.get-concurrency), and we are not its only client. */
const MOST_AT_ONCE = 6
type Request = Parameters<typeof ask>[1]

/**
 * One Alertmanager, from ALERTMANAGER_URL (route prefix included), ALERTMANAGER_USERNAME and _PASSWORD or
 * _TOKEN, and ALERTMANAGER_TENANT (X-Scope-OrgID of Mimir and Cortex). Throws when the URL is missing or invalid.
 */
export function alertmanager(env: Record<string, string | undefined>): Api {
  const base = baseUrl(env.ALERTMANAGER_URL)
  const headers = headersOf(base, env)
  base.username = ''
  base.password = ''
  const pass = gate(MOST_AT_ONCE)
  const send = (request: Omit<Request, 'headers'>) =>
    pass(request.signal, async () => jsonOf(SYSTEM, await ask(SYSTEM, { ...request, headers })))
  return {
    get: (path, query, signal) => send({ url: urlOf(base, path, query), signal }),
    post: (path, body, signal) => send({ method: 'POST', url: urlOf(base, path, {}), body, signal }),
    remove: async (path, signal) =>
      void (await send({ method: 'DELETE', url: urlOf(base, path, {}), signal })),
  }
}

function baseUrl(text: string | undefined): URL {
  if (!text) throw new SupportError('usage', 'ALERTMANAGER_URL: not set')
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || !/^https?:$/.test(url.protocol))
    throw new SupportError('usage', 'ALERTMANAGER_URL: must be an http:// or https:// URL')
  return url
}

function headersOf(base: URL, env: Record<string, string | undefined>): Record<string, string> {
  const username = env.ALERTMANAGER_USERNAME || decodeURIComponent(base.username)
  const password = env.ALERTMANAGER_PASSWORD || decodeURIComponent(base.password)
  const token = env.ALERTMANAGER_TOKEN ?? ''
  for (const secret of [password, token]) hideSecret(secret)
  const basic = Buffer.from(`${username}:${password}`).toString('base64')
  return {
    ...(username === '' ? {} : { authorization: `Basic ${basic}` }),
    ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
    ...(env.ALERTMANAGER_TENANT ? { 'x-scope-orgid': env.ALERTMANAGER_TENANT } : {}),
  }
}

function urlOf(base: URL, path: string, query: Query): URL {
  const url = new URL(base)
  url.pathname = `${base.pathname.replace(/\/+$/, '').replace(/\/api\/v2$/, '')}/api/v2${path}`
  url.search = ''
  for (const [name, value] of Object.entries(query))
    for (const item of Array.isArray(value) ? value : [value]) url.searchParams.append(name, String(item))
  return url
}
