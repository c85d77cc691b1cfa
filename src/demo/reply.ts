/** What the simulated systems see of a request. */
export interface Seen {
  method: string
  /** Below the system's own base, for example /api/v2/alerts. */
  path: string
  query: URLSearchParams
  authorization: string
  body: string
}

export interface Reply {
  status: number
  /** Sent as JSON; undefined = an empty body. */
  json?: unknown
  /** Sent as it is, instead of JSON. */
  html?: string
  headers?: Record<string, string>
}

/** One simulated system of one customer. `now` is milliseconds since 1970. */
export type System = (seen: Seen, now: number) => Reply

export function ok(json: unknown): Reply {
  return { status: 200, json }
}

/** The body as JSON, or undefined where it is none. */
export function parsed(seen: Seen): unknown {
  try {
    return JSON.parse(seen.body)
  } catch {
    return undefined
  }
}
