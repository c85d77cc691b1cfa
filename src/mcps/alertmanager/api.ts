// The parts of the Alertmanager API v2 (its OpenAPI document) that the tools need.
import { SupportError } from '../../base/errors.ts'
import { hideSecret } from '../../base/redact.ts'
import { percentDecoded } from '../../base/text/urls.ts'
import { gate } from '../../base/waiting/gate.ts'
import { type UpstreamRequest, upstream } from '../upstream/ask.ts'
import type { OwnHeader } from '../upstream/headers.ts'
import { jsonOf, type Remark } from '../upstream/reply.ts'

export interface Alert {
  labels: Record<string, string>
  annotations: Record<string, string>
  fingerprint: string
  startsAt: string
  endsAt: string
  updatedAt: string
  generatorURL?: string
  receivers: { name: string }[]
  status: AlertStatus
}

interface AlertStatus {
  state: 'unprocessed' | 'active' | 'suppressed'
  silencedBy?: string[]
  inhibitedBy?: string[]
  /**
   * Time intervals that mute the alert's route, since 0.28. Only alerts of a group have it filled in; in `/alerts` it is
   * always empty (tried with 0.28.1).
   */
  mutedBy?: string[]
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
  /** Name of the label that holds the severity. */
  severityLabel: string
  get(path: string, query: Query, signal: AbortSignal): Promise<unknown>
  post(path: string, body: unknown, signal: AbortSignal): Promise<unknown>
  /** The API answers DELETE with 200 and an empty body. */
  remove(path: string, signal: AbortSignal): Promise<void>
}

const SYSTEM = 'Alertmanager'

/** Alertmanager answers 503 to more than 8 concurrent GETs (--web.get-concurrency), and we are not its only client. */
const MOST_AT_ONCE = 6

/**
 * One Alertmanager, from ALERTMANAGER_URL (route prefix included), ALERTMANAGER_USERNAME and _PASSWORD or
 * _TOKEN, ALERTMANAGER_TENANT (X-Scope-OrgID of Mimir and Cortex), and ALERTMANAGER_SEVERITY_LABEL. Throws when the URL
 * is missing or invalid.
 */
export function alertmanager(env: Record<string, string | undefined>): Api {
  const base = baseUrl(env.ALERTMANAGER_URL)
  const own = headersOf(base, env)
  base.username = ''
  base.password = ''
  const pass = gate(MOST_AT_ONCE)
  const system = upstream(SYSTEM, env, { own })
  const send = (request: UpstreamRequest) =>
    pass(request.signal, async () => jsonOf(SYSTEM, await system.ask(request), remarkOn(own)))
  return {
    severityLabel: env.ALERTMANAGER_SEVERITY_LABEL || 'severity',
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

function headersOf(base: URL, env: Record<string, string | undefined>): OwnHeader[] {
  const username = env.ALERTMANAGER_USERNAME || percentDecoded(base.username)
  const password = env.ALERTMANAGER_PASSWORD || percentDecoded(base.password)
  const token = env.ALERTMANAGER_TOKEN ?? ''
  const tenant = env.ALERTMANAGER_TENANT ?? ''
  for (const secret of [password, token]) hideSecret(secret)
  const basic = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
  const headers: OwnHeader[] = [
    ...(token === '' && username !== '' ? [authorization(basic, 'ALERTMANAGER_USERNAME')] : []),
    ...(token === '' ? [] : [authorization(`Bearer ${token}`, 'ALERTMANAGER_TOKEN')]),
    ...(tenant === '' ? [] : [{ name: TENANT, value: tenant, from: 'ALERTMANAGER_TENANT' }]),
  ]
  return headers
}

function authorization(value: string, from: string): OwnHeader {
  return { name: 'authorization', value, from }
}

/** The header with which Mimir and Cortex tell tenants apart. Without it they answer 401 "no org id". */
const TENANT = 'x-scope-orgid'

function remarkOn(own: readonly OwnHeader[]): Remark {
  return (status, words) => {
    if (/no org id/i.test(words)) return 'set "tenant" (X-Scope-OrgID, the tenant of Mimir or Cortex)'
    if (/page not found/i.test(words)) return 'check the path of "alertmanager_url"'
    // Only names that older versions cannot parse are sent in quotes.
    const [, operator] = /bad matcher format: "(?:[^"\\]|\\.)+"(=~|!~|)/.exec(words) ?? []
    if (operator !== undefined)
      return `${operator ? 'check the regex; ' : ''}label names such as this one need Alertmanager 0.27 or newer`
    const isAnonymous = !own.some(({ name }) => name === 'authorization')
    return status === 401 && isAnonymous ? 'no credentials are set' : undefined
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
