import { blockedPort } from '../base/text/network-words.ts'
import { faultIn } from './fault.ts'
import type { PlatformFault } from './platform.ts'

/**
 * A fetch that throws a PlatformFault instead of following a redirect, which would carry the whole conversation, and keys
 * in vendor-specific headers, to another host.
 */
export function directFetch(platform: string): typeof fetch {
  return async function fetchDirectly(address, init) {
    const response = await fetch(address, { ...init, redirect: 'manual' }).catch(error => {
      const url = new URL(address instanceof Request ? address.url : address)
      const blocked = blockedPort(error, url)
      throw blocked === undefined ? error : faultIn(platform, 'network', `${blocked}: ${CHECK_ADDRESS}`)
    })
    return orThrown(response, redirected(platform, response))
  }
}

/**
 * directFetch() for the requests of an SDK. It also throws for a web page in place of an answer, and for anything other
 * than a model list in response to a listing call: an SDK would read these as an empty answer or an empty list.
 */
export function platformFetch(platform: string): typeof fetch {
  const direct = directFetch(platform)
  return async function fetchForSdk(address, init) {
    const response = await direct(address, init)
    const isListing = (init?.method ?? 'GET') === 'GET'
    orThrown(response, pageInstead(platform, response, isListing))
    return isListing && response.ok
      ? orThrown(response, await notAList(platform, response.clone()))
      : response
  }
}

function orThrown(response: Response, fault: PlatformFault | undefined): Response {
  if (!fault) return response
  // Not awaited: the body is not needed.
  void response.body?.cancel().catch(() => {})
  throw fault
}

export const CHECK_ADDRESS = 'check base_url or endpoint'
const NO_LIST = `not a model list: ${CHECK_ADDRESS}`

/** Names only the origin of the other address: the rest may contain a token. */
function redirected(platform: string, { status, headers, url }: Response): PlatformFault | undefined {
  if (status < 300 || status > 399) return undefined
  const origin = URL.parse(headers.get('location') ?? '', url)?.origin
  const to = origin === undefined || origin === URL.parse(url)?.origin ? 'another address' : origin
  return faultIn(
    platform,
    'network',
    `${status}: redirected to ${to}, which supportmax does not follow: ${CHECK_ADDRESS}`,
  )
}

function pageInstead(
  platform: string,
  { ok, headers }: Response,
  isListing: boolean,
): PlatformFault | undefined {
  if (!ok || !/^text\/html\b/i.test(headers.get('content-type') ?? '')) return undefined
  return isListing
    ? faultIn(platform, 'not_found', `the response was a web page, ${NO_LIST}`)
    : faultIn(platform, 'network', `the response was a web page, not an event stream: ${CHECK_ADDRESS}`)
}

async function notAList(platform: string, response: Response): Promise<PlatformFault | undefined> {
  const body: unknown = await response.json().catch((error: unknown) => {
    // Any other error means that the connection broke, which the reader of the response will notice.
    return error instanceof SyntaxError ? undefined : []
  })
  return isList(body) ? undefined : faultIn(platform, 'not_found', `the response was ${NO_LIST}`)
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
