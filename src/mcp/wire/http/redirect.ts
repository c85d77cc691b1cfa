import { redactedLine } from '../../../base/redact.ts'
import { shownUrl } from '../../../base/text/urls.ts'
import { Fault } from '../../connection.ts'

/** A loop of redirects ends here. */
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
   * Learns from a redirect of `url`, and returns the new address. Throws a Fault for a redirect to another origin, which
   * would carry credentials there, and for a loop.
   */
  learn(url: URL, status: number, location: string | null): URL
}

export function createMoves(): Moves {
  const moved = new Map<string, string>()
  let redirects = 0
  return {
    follow: url => new URL(moved.get(url.href) ?? url.href),
    learn(url, status, location) {
      const target = location && URL.canParse(location, url.href) ? new URL(location, url) : undefined
      if (!target) throw new Fault('not_mcp', `the server redirects (HTTP ${status}) without a valid address`)
      if (target.origin !== url.origin)
        throw new Fault(
          'not_mcp',
          `the server redirects to another origin, ${shownTarget(target)} (HTTP ${status})`,
          { remedy: 'set "url" to that address, if it is right', status },
        )
      if (++redirects > MOST_REDIRECTS)
        throw new Fault('not_mcp', `the server redirects in a loop, last to ${shownTarget(target)}`)
      moved.set(url.href, target.href)
      return target
    },
  }
}
