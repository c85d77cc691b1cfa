import { oneLine } from '../base/text/words.ts'
import { keyText, type ServerKey } from '../config/project.ts'
import { connect } from './connect.ts'
import { type Connection, Fault, type FaultKind, type ToolListing } from './connection.ts'
import type { Endpoint } from './endpoint.ts'
import { within } from './wire/deadline.ts'

export type ProbeState = 'ready' | 'degraded' | 'auth_required' | 'unhealthy' | 'starting'

export interface ProbeResult {
  /** `starting`: nothing listens yet; whether that is a fault is for the caller, who knows since when. */
  state: ProbeState
  reason: string
  /** What to type or change; empty where there is nothing to do. */
  hint: string
  /** Number of usable tools, where a list came. */
  tools: number | undefined
  era: 'modern' | 'legacy' | undefined
  /** Milliseconds of the tools/list round trip. */
  latencyMs: number | undefined
}

/**
 * The truth about one server, found by the way the agent takes: a fresh connection with its path, transport and
 * token, tools/list, then the type's smoke call through to the system behind. Never throws; ends within
 * `endpoint.deadlines.probe`, and at once when `signal` fires.
 */
export async function probe(endpoint: Endpoint, signal?: AbortSignal): Promise<ProbeResult> {
  let connection: Connection | undefined
  try {
    const end = performance.now() + endpoint.deadlines.probe
    return await within(endpoint.deadlines.probe, signal, 'probe', async own => {
      connection = await connect(endpoint, own)
      const started = performance.now()
      const listing = await connection.listTools(own)
      const latencyMs = Math.round((performance.now() - started) * 10) / 10
      const seen = { tools: listing.tools.length, era: connection.era, latencyMs }
      if (listing.tools.length === 0) return { ...seen, ...noTools(endpoint, listing) }
      return { ...seen, ...(await smoke(connection, endpoint, listing, { signal: own, end })) }
    })
  } catch (error) {
    const fault = error instanceof Fault ? error : new Fault('closed', String(error))
    return { ...verdictOf(endpoint, fault, endpoint.image === undefined), ...nothing(connection) }
  } finally {
    void connection?.close()
  }
}

function nothing(connection: Connection | undefined) {
  return { tools: undefined, era: connection?.era, latencyMs: undefined }
}

type Verdict = Pick<ProbeResult, 'state' | 'reason' | 'hint'>

function noTools(endpoint: Endpoint, listing: ToolListing): Verdict {
  const malformed = listing.quarantined.length
  return {
    state: 'unhealthy',
    reason: malformed ? `none of its ${malformed} tools is usable` : 'answers, but lists no tools',
    hint: `look at \`supportmax logs ${endpoint.customer} ${endpoint.server}\``,
  }
}

async function smoke(
  connection: Connection,
  endpoint: Endpoint,
  listing: ToolListing,
  { signal, end }: { signal: AbortSignal; end: number },
): Promise<Verdict> {
  const { tool, arguments: args } = endpoint.smoke
  const extra = listing.quarantined.length ? `, ${listing.quarantined.length} malformed left out` : ''
  const tools = `${listing.tools.length} tool${listing.tools.length === 1 ? '' : 's'}${extra}`
  if (!listing.tools.some(offered => offered.name === tool)) {
    if (endpoint.image === 'build') throw notOurs(endpoint, tool)
    const reason = `${tools}; the system behind is not checked: it has no tool "${tool}"`
    return { state: 'ready', reason, hint: '' }
  }
  try {
    // A little before the probe's own deadline: the door is open, so silence now is the system behind.
    const deadline = Math.max(50, end - performance.now() - 100)
    const result = await connection.call(tool, args, { signal, deadline })
    if (!result.isError) return { state: 'ready', reason: tools, hint: '' }
    return degraded(endpoint, `${tool}: ${oneLine(result.text, 200)}`)
  } catch (error) {
    return degraded(endpoint, oneLine((error as Error).message, 200))
  }
}

/** Our own build always has its smoke tool; a release of somebody else's may have renamed it. */
function notOurs(endpoint: Endpoint, tool: string): Fault {
  const { host } = new URL(endpoint.url)
  return new Fault('impostor', `something else answers at ${host}: it has no tool "${tool}"`)
}

function degraded(endpoint: Endpoint, reason: string): Verdict {
  return {
    state: 'degraded',
    reason: `the system behind refuses or fails: ${reason}`,
    hint: `check the credentials and the address of ${keyText(endpoint)}, then \`supportmax up ${endpoint.customer}\``,
  }
}

/** What each cause means for a person, and what to type next. An external server is none that we can restart. */
export function verdictOf(key: ServerKey, fault: Fault, external: boolean): Verdict {
  const restart = `supportmax restart ${key.customer} ${key.server}`
  const logs = `supportmax logs ${key.customer} ${key.server}`
  const own: Partial<Record<FaultKind, string>> = {
    refused: `\`supportmax up ${key.customer}\``,
    unauthorized: `not the server that was started with this token, or its token changed: \`${restart}\``,
    host_not_allowed: `this is the Host check, not the token: \`${restart}\` starts it with the right allowed hosts`,
    impostor: `find what holds the port (\`ss -ltnp\`), stop it, then \`${restart}\``,
  }
  const theirs: Partial<Record<FaultKind, string>> = {
    refused: 'nothing listens at its url: start it, or correct the url',
    unauthorized: 'check the value of the credential that token_env names',
    host_not_allowed: 'this is the Host check, not the token: the server must allow the host in its url',
    impostor: 'it answers without a token: check the url, or leave token_env out',
  }
  const both: Partial<Record<FaultKind, string>> = {
    not_mcp: 'check the path and the transport in its url (a path that ends in /sse selects SSE)',
    unreachable: 'check the address, the name lookup and the certificate (ca_file)',
  }
  const fallback = external ? 'look at the logs of that server' : `see why: \`${logs}\``
  return {
    state: stateOf(fault.kind),
    reason: fault.message,
    hint: (external ? theirs : own)[fault.kind] ?? both[fault.kind] ?? fallback,
  }
}

function stateOf(kind: FaultKind): ProbeState {
  if (kind === 'unauthorized') return 'auth_required'
  // A published port whose program does not listen yet is reset at once.
  return kind === 'refused' || kind === 'closed' ? 'starting' : 'unhealthy'
}
