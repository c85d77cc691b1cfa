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
 * The same for an SDK's requests of a model platform: a web page in place of an answer is told as one, too. The SDKs
 * would take it for an answer that is empty.
 */
export function platformFetch(platform: string): typeof fetch {
  const direct = directFetch(platform)
  return async function asked(address, init) {
    const response = await direct(address, init)
    return orThrown(response, pageInstead(platform, response, (init?.method ?? 'GET') === 'GET'))
  }
}

function orThrown(response: Response, fault: PlatformFault | undefined): Response {
  if (!fault) return response
  // Not awaited: nothing of it is wanted.
  void response.body?.cancel().catch(() => {})
  throw fault
}

const HINT = 'check base_url or endpoint'

/** Only the other address's origin is named: the rest may hold a token. */
function redirected(platform: string, { status, headers, url }: Response): PlatformFault | undefined {
  if (status < 300 || status > 399) return undefined
  const origin = URL.parse(headers.get('location') ?? '', url)?.origin
  const to = origin === undefined || origin === URL.parse(url)?.origin ? 'another address' : origin
  return faultIn(platform, 'network', `${status}: redirects to ${to}, which is not followed: ${HINT}`)
}

function pageInstead(
  platform: string,
  { ok, headers }: Response,
  isListing: boolean,
): PlatformFault | undefined {
  if (!ok || !/^text\/html\b/i.test(headers.get('content-type') ?? '')) return undefined
  return isListing
    ? faultIn(platform, 'not_found', `a web page is no list of models: ${HINT}`)
    : faultIn(platform, 'network', `a web page is no event stream: ${HINT}`)
}
