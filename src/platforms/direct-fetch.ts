import { faultIn } from './fault.ts'
import type { PlatformFault } from './platform.ts'

/**
 * A fetch that asks the address it is given and no other. A redirect would carry the whole conversation, and keys in
 * headers of a vendor's own, to whoever is named there. Throws a PlatformFault for one.
 */
export function directFetch(platform: string): typeof fetch {
  return async function asked(address, init) {
    const response = await fetch(address, { ...init, redirect: 'manual' })
    return orThrown(response, redirected(platform, response))
  }
}

/**
 * The same for an SDK's requests of a model platform: also a web page in place of an answer, and anything in place of
 * a list of models, are told as what they are. The SDKs would take them for an empty answer and an empty list.
 */
export function platformFetch(platform: string): typeof fetch {
  const direct = directFetch(platform)
  return async function asked(address, init) {
    const response = await direct(address, init)
    const isListing = (init?.method ?? 'GET') === 'GET'
    orThrown(response, pageInstead(platform, response, isListing))
    return isListing && response.ok ? orThrown(response, await noList(platform, response.clone())) : response
  }
}

function orThrown(response: Response, fault: PlatformFault | undefined): Response {
  if (!fault) return response
  // Not awaited: nothing of it is wanted.
  void response.body?.cancel().catch(() => {})
  throw fault
}

export const CHECK_ADDRESS = 'check base_url or endpoint'
const NO_LIST = `no list of models: ${CHECK_ADDRESS}`

/** Only the other address's origin is named: the rest may hold a token. */
function redirected(platform: string, { status, headers, url }: Response): PlatformFault | undefined {
  if (status < 300 || status > 399) return undefined
  const origin = URL.parse(headers.get('location') ?? '', url)?.origin
  const to = origin === undefined || origin === URL.parse(url)?.origin ? 'another address' : origin
  return faultIn(
    platform,
    'network',
    `${status}: redirects to ${to}, which is not followed: ${CHECK_ADDRESS}`,
  )
}

function pageInstead(
  platform: string,
  { ok, headers }: Response,
  isListing: boolean,
): PlatformFault | undefined {
  if (!ok || !/^text\/html\b/i.test(headers.get('content-type') ?? '')) return undefined
  return isListing
    ? faultIn(platform, 'not_found', `a web page is ${NO_LIST}`)
    : faultIn(platform, 'network', `a web page is no event stream: ${CHECK_ADDRESS}`)
}

async function noList(platform: string, response: Response): Promise<PlatformFault | undefined> {
  const body: unknown = await response.json().catch((error: unknown) => {
    // Else the connection broke, which the reader of the response itself is told.
    return error instanceof SyntaxError ? undefined : []
  })
  return isList(body) ? undefined : faultIn(platform, 'not_found', `what came is ${NO_LIST}`)
}

/**
 * In each vendor's words. Servers of OpenAI's dialect say a bare array, or `data: null` where they have no model, and
 * a page of Google's may be empty though others follow.
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
