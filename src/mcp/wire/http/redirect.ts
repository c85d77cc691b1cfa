import { redactedLine } from '../../../base/redact.ts'
import { shownUrl } from '../../../base/text/urls.ts'
import { Fault } from '../../connection.ts'

/** Of one request. */
const MOST_REDIRECTS = 3

/** A redirect's target for a message: without its query, which may carry a secret. */
export function shownTarget(target: URL): string {
  return redactedLine(shownUrl(target.origin + target.pathname), 160)
}

/** Addresses that redirects have moved within their origin. */
export interface Moves {
  /** Where to send a request for this address. */
  follow(url: URL): URL
  /**
   * Learns from a redirect of `url`, the request's redirect number `count`, and returns the new address. Throws a Fault
   * for a redirect to another origin, which would carry credentials there, and for a loop.
   */
  learn(url: URL, redirect: { status: number; location: string | null; count: number }): URL
}

export function createMoves(): Moves {
  const moved = new Map<string, string>()
  return {
    follow(url) {
      const target = moved.get(url.href)
      return target === undefined ? url : new URL(target)
    },
    learn(url, { status, location, count }) {
      const target = location && URL.canParse(location, url.href) ? new URL(location, url) : undefined
      if (!target) throw new Fault('not_mcp', `the server redirects (HTTP ${status}) without a valid address`)
      if (target.origin !== url.origin)
        throw new Fault(
          'not_mcp',
          `the server redirects to another origin, ${shownTarget(target)} (HTTP ${status})`,
          { remedy: 'set "url" to that address, if it is right', status },
        )
      if (count > MOST_REDIRECTS)
        throw new Fault('not_mcp', `the server redirects in a loop, last to ${shownTarget(target)}`)
      moved.set(url.href, target.href)
      return target
    },
  }
}
