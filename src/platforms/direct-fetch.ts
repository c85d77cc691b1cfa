import { SupportError } from '../base/errors.ts'
import { fetchAlong } from '../base/http/sockets/fetch.ts'
import { Misdirected } from '../base/http/sockets/once.ts'
import type { HttpProxy } from '../base/http/sockets/sockets.ts'
import { bodyMessage } from '../base/http/words.ts'
import { parsedJson } from '../base/records.ts'
import { blockedPort } from '../base/text/network-words.ts'
import { factsIn } from './faults/error-body.ts'
import { kindOfError } from './faults/evidence.ts'
import { CHECK_ADDRESS, faultIn } from './faults/fault.ts'
import { jsonInstead, looksLikeJson } from './faults/json-instead.ts'
import { type PathTo, stampOf } from './network.ts'
import type { PlatformFault } from './platform.ts'
import { toModel } from './stream/wire.ts'
import { heard } from './timed.ts'

/** How requests to a vendor get there, and what each carries in addition. */
export interface Way {
  pathTo: PathTo
  /** With their values. */
  headers?: Record<string, string>
}

/** Directly, trusting the CAs of this machine. */
export const DIRECT: Way = { pathTo: () => ({ tls: {}, proxy: undefined }) }

/**
 * A fetch that throws a PlatformFault instead of following a redirect, which would carry the whole conversation, and keys
 * in vendor-specific headers, to another host. A request is never sent twice.
 */
export function directFetch(platform: string, { pathTo }: Way): typeof fetch {
  let hasAnswered = false
  return async function fetchDirectly(address, init) {
    const url = new URL(address instanceof Request ? address.url : address)
    const path = pathTo(url)
    const direct = { ...init, redirect: 'manual' as const }
    const response = await fetchAlong(path, stampOf(path.tls), url, direct).catch(async error => {
      if (init?.signal?.aborted) throw error
      throw await unreachedFault({ platform, url, proxy: path.proxy, isFirst: !hasAnswered }, error)
    })
    hasAnswered = true
    return orThrown(response, redirected(platform, response))
  }
}

interface Unreached {
  platform: string
  url: URL
  proxy: HttpProxy | undefined
  /** Nothing has come from there yet: a connection that is only closed may be one that wants our certificate. */
  isFirst: boolean
}

/** A fault with the address, and the setting to change if there is one; the error itself for a connection that was closed. */
async function unreachedFault(
  { platform, url, proxy, isFirst }: Unreached,
  error: unknown,
): Promise<unknown> {
  const blocked = blockedPort(error, url)
  if (blocked !== undefined) return faultIn(platform, 'network', blocked, ADDRESS)
  const found = (text: string, remedy: string | undefined) =>
    faultIn(platform, 'network', text, { cause: error, remedy })
  if (error instanceof Error && error.cause instanceof Misdirected)
    return faultIn(platform, 'rejected', `${url.host}: ${error.cause.message}`, ADDRESS)
  if (error instanceof SupportError) return found(error.message, error.hint)
  const { seenFailure } = await import('../base/http/sockets/connection-failure.ts')
  const { words, remedy, kind } = await seenFailure(error, url, proxy, { looksAtClosed: isFirst })
  if (kind === 'not_http') return found(words, proxy ? undefined : CHECK_ADDRESS)
  return kind === 'proxy' || kind === 'unreachable' || kind === 'refused' ? found(words, remedy) : error
}

/**
 * directFetch() for the requests of an SDK. It also throws for what an SDK would read as an empty answer or an empty list:
 * a web page or JSON in place of an answer, and anything other than a model list in response to a listing call. A path
 * that does not exist is reported with its address, because an SDK's error looks like a missing model.
 */
export function platformFetch(platform: string, way: Way): typeof fetch {
  const direct = directFetch(platform, way)
  return async function fetchForSdk(address, init) {
    const all = new Headers(init?.headers)
    for (const [name, value] of Object.entries(way.headers ?? {})) all.set(name, value)
    const response = heard(platform, await toModel(() => direct(address, { ...init, headers: all })))
    const isListing = (init?.method ?? 'GET') === 'GET'
    orThrown(response, pageInstead(platform, response, isListing))
    if (!response.ok) return onRightPath(platform, response, isListing)
    if (!isListing) return eventsOf(platform, response)
    return orThrown(response, await notAList(platform, response.clone()))
  }
}

/** The response, unless its body is JSON: an error with HTTP 200, or a server that cannot stream. */
async function eventsOf(platform: string, response: Response): Promise<Response> {
  if (/^text\/event-stream\b/i.test(response.headers.get('content-type') ?? '')) return response
  const { first, rest } = await peeked(response)
  if (looksLikeJson(first)) throw jsonInstead(platform, await rest.text())
  return rest
}

/** The beginning of a body, and the same response with its body complete. */
async function peeked(response: Response): Promise<{ first: string; rest: Response }> {
  const reader = response.body?.getReader()
  const { value } = (await reader?.read()) ?? {}
  const body = new ReadableStream<Uint8Array>({
    start: controller => (value ? controller.enqueue(value) : controller.close()),
    async pull(controller) {
      const next = await reader?.read()
      if (next?.value) controller.enqueue(next.value)
      else controller.close()
    },
    cancel: reason => reader?.cancel(reason),
  })
  return { first: new TextDecoder().decode(value), rest: new Response(body, response) }
}

/** The response, unless its error is about the path of the request. */
async function onRightPath(platform: string, response: Response, isListing: boolean): Promise<Response> {
  const { status, url } = response
  if (status !== 404 && status !== 405) return response
  const text = await response.clone().text()
  const facts = factsIn(parsedJson(text)) ?? { words: '', codes: [] }
  // By its words alone: every 404 counts as a missing model.
  if (kindOfError(418, facts) !== 'rejected') return response
  const { origin, pathname } = new URL(url)
  const words = bodyMessage(text)
  const said = words === undefined ? String(status) : `${status}: ${words}`
  const what = isListing ? 'model list' : 'API'
  throw faultIn(platform, 'not_found', `no ${what} at ${origin}${pathname} (${said})`, ADDRESS)
}

function orThrown(response: Response, fault: PlatformFault | undefined): Response {
  if (!fault) return response
  // Not awaited: the body is not needed.
  void response.body?.cancel().catch(() => {})
  throw fault
}

const NO_LIST = 'not a model list'
const ADDRESS = { remedy: CHECK_ADDRESS }

/** Names only the origin of the other address: the rest may contain a token. */
function redirected(platform: string, { status, headers, url }: Response): PlatformFault | undefined {
  if (status < 300 || status > 399) return undefined
  const origin = URL.parse(headers.get('location') ?? '', url)?.origin
  const to = origin === undefined || origin === URL.parse(url)?.origin ? 'another address' : origin
  return faultIn(
    platform,
    'network',
    `${status}: redirected to ${to}, which supportmax does not follow`,
    ADDRESS,
  )
}

function pageInstead(
  platform: string,
  { ok, headers }: Response,
  isListing: boolean,
): PlatformFault | undefined {
  if (!ok || !/^text\/html\b/i.test(headers.get('content-type') ?? '')) return undefined
  return isListing
    ? faultIn(platform, 'not_found', `the response was a web page, ${NO_LIST}`, ADDRESS)
    : faultIn(platform, 'network', 'the response was a web page, not an event stream', ADDRESS)
}

async function notAList(platform: string, response: Response): Promise<PlatformFault | undefined> {
  const body: unknown = await response.json().catch((error: unknown) => {
    // Any other error means that the connection broke, which the reader of the response will notice.
    return error instanceof SyntaxError ? undefined : []
  })
  return isList(body) ? undefined : faultIn(platform, 'not_found', `the response was ${NO_LIST}`, ADDRESS)
}

/**
 * Whether it is a model list of any vendor. OpenAI-compatible servers may return a bare array, or `data: null` if they
 * have no model; a page of Google's list may be empty although others follow.
 */
function isList(body: unknown): boolean {
  if (Array.isArray(body)) return true
  const { object, data, models, publisherModels, nextPageToken } = Object(body) as Record<string, unknown>
  return (
    object === 'list' ||
    Boolean(nextPageToken) ||
    [data, models, publisherModels].some(one => Array.isArray(one))
  )
}
