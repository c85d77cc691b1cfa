/** A request as the simulated systems get it. */
export interface SimulatedRequest {
  method: string
  /** Below the system's own base, for example /api/v2/alerts. */
  path: string
  query: URLSearchParams
  authorization: string
  body: string
}

export interface SimulatedReply {
  status: number
  /** Sent as JSON; undefined = an empty body. */
  json?: unknown
  /** Sent unchanged, instead of JSON. */
  html?: string
  headers?: Record<string, string>
}

/** One simulated system of one customer. `now` is milliseconds since 1970. */
export type System = (seen: SimulatedRequest, now: number) => SimulatedReply

export function ok(json: unknown): SimulatedReply {
  return { status: 200, json }
}

/** The body as JSON, or undefined when it is not JSON. */
export function parsed(seen: SimulatedRequest): unknown {
  try {
    return JSON.parse(seen.body)
  } catch {
    return undefined
  }
}
