import { reasonOf } from '../base/errors.ts'
import { quotedRefusal } from '../base/http/quoted.ts'
import { redactedLine } from '../base/redact.ts'
import { counted } from '../base/text/amounts.ts'
import { keyText, type ServerAuth, type ServerKey } from '../config/project.ts'
import { connect } from './connect.ts'
import { type Connection, Fault, type FaultKind, type ToolListing } from './connection.ts'
import type { Endpoint } from './endpoint.ts'
import { within } from './wire/deadline.ts'

type ProbeState = 'ready' | 'degraded' | 'auth_required' | 'unhealthy' | 'starting'

export interface ProbeResult {
  /** `starting`: nothing listens yet. Only the caller knows for how long, and so whether that is a fault. */
  state: ProbeState
  reason: string
  /** What to do next; empty if there is nothing to do. */
  hint: string
  /** Number of usable tools; undefined if no list came. */
  tools: number | undefined
  era: 'modern' | 'legacy' | undefined
  /** Milliseconds of the tools/list round trip. */
  latencyMs: number | undefined
}

/**
 * The state of one server, checked the way the agent uses it: a new connection with its path, transport and token, then
 * tools/list, then the type's smoke call, which reaches the system behind the server. Never throws; ends within
 * `endpoint.deadlines.probe`, and immediately when `signal` fires.
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
      if (listing.tools.length === 0) {
        const external = endpoint.image === undefined
        return { ...seen, ...noToolsVerdict({ ...endpoint, external }, listing) }
      }
      const verdict = await smoke(connection, endpoint, listing, { signal: own, end })
      return { ...seen, ...(connection.isOpen ? warnedOfOpenDoor(endpoint, verdict) : verdict) }
    })
  } catch (error) {
    const fault = error instanceof Fault ? error : new Fault('closed', reasonOf(error), { cause: error })
    return {
      ...verdictOf(
        { ...endpoint, external: endpoint.image === undefined, overriding: endpoint.override?.image },
        fault,
      ),
      ...notListed(connection),
    }
  } finally {
    void connection?.close()
  }
}

function notListed(connection: Connection | undefined) {
  return { tools: undefined, era: connection?.era, latencyMs: undefined }
}

type ProbeVerdict = Pick<ProbeResult, 'state' | 'reason' | 'hint'>

/** A server that lists no tool, or none that can be used, is no use to the agent. */
export function noToolsVerdict(
  { customer, server, external }: Pick<Accused, 'customer' | 'server' | 'external'>,
  listing: ToolListing,
): ProbeVerdict {
  const malformed = listing.quarantined.length
  return {
    state: 'unhealthy',
    reason: malformed
      ? `no usable tools: ${counted(malformed, 'tool')} malformed`
      : 'connected, but the server lists no tools',
    hint: logsHint({ customer, server, external }),
  }
}

function logsHint({ customer, server, external }: Pick<Accused, 'customer' | 'server' | 'external'>): string {
  return external ? "check the server's own logs" : `run \`supportmax logs ${customer} ${server}\` to see why`
}

/** What is said of a ready server without its type's test tool. */
export function uncheckedWords(tool: string, image: string | undefined): string {
  const lack = image === undefined ? 'there is' : `the image ${image} has`
  return `the system behind the server was not checked: ${lack} no tool "${tool}"`
}

async function smoke(
  connection: Connection,
  endpoint: Endpoint,
  listing: ToolListing,
  { signal, end }: { signal: AbortSignal; end: number },
): Promise<ProbeVerdict> {
  const extra = listing.quarantined.length ? `, ${listing.quarantined.length} malformed and left out` : ''
  const tools = `${counted(listing.tools.length, 'tool')}${extra}`
  if (!endpoint.smoke) return { state: 'ready', reason: tools, hint: '' }
  const { tool, arguments: args } = endpoint.smoke
  if (!listing.tools.some(offered => offered.name === tool)) {
    if (endpoint.image === 'build') throw notOurs(endpoint, tool)
    const reason = `${tools}; ${uncheckedWords(tool, endpoint.override?.image)}`
    return { state: 'ready', reason, hint: '' }
  }
  try {
    // Slightly shorter than the probe: the server responds, so a timeout now is due to the system behind it.
    const deadline = Math.max(50, end - performance.now() - 100)
    const result = await connection.call(tool, args, { signal, deadline, repeatable: true })
    if (!result.isError) return { state: 'ready', reason: tools, hint: '' }
    const quoted = quotedRefusal(result.text, endpoint.system)
    return degraded(endpoint, quoted ?? `${tool}: ${redactedLine(result.text, 200)}`)
  } catch (error) {
    return degraded(endpoint, redactedLine((error as Error).message, 200))
  }
}

/** Its tools work, but so they do for every other program on this machine: a warning, not a fault. */
function warnedOfOpenDoor({ override }: Endpoint, { state, reason, hint }: ProbeVerdict): ProbeVerdict {
  const image = override?.image ?? ''
  const subject = reason.includes(image) ? 'it' : `the image ${image}`
  const warning = `${subject} does not check its token: every program of this machine can use it`
  return { state, reason: `${reason}; ${warning}`, hint: hint || OPEN_DOOR }
}

const OPEN_DOOR =
  'use an image that rejects requests without its token (see docs/configuration.md, "Images of your own")'

/** Our own build always has its smoke tool; another vendor's release may have renamed it. */
function notOurs(endpoint: Endpoint, tool: string): Fault {
  const { host } = new URL(endpoint.url)
  return new Fault('impostor', `another program is listening at ${host}: it has no tool "${tool}"`)
}

function degraded(endpoint: Endpoint, reason: string): ProbeVerdict {
  return {
    state: 'degraded',
    reason: `test call failed: ${reason}`,
    hint:
      endpoint.image === undefined
        ? `check what the credential of ${keyText(endpoint)} may do, and the system behind that server`
        : `check the credentials and the address of ${keyText(endpoint)}, then run \`supportmax up ${endpoint.customer}\``,
  }
}

/** The server that a verdict is about. */
export interface Accused extends ServerKey {
  /** Not started by us, so that we cannot restart it. */
  external: boolean
  /** How we signed in to an external server. */
  auth: ServerAuth | undefined
  /** The image that runs in place of its type's. */
  overriding?: string | undefined
}

/** What a fault means for a person, and what to do next. */
export function verdictOf(accused: Accused, fault: Fault): ProbeVerdict {
  const { customer, server, external, auth, overriding } = accused
  const restart = `supportmax restart ${customer} ${server}`
  const own: Partial<Record<FaultKind, string>> = {
    refused: `run \`supportmax up ${customer}\``,
    unauthorized: `run \`${restart}\`: the server that is running has another token`,
    host_not_allowed: `run \`${restart}\` to start it with the right allowed hosts (the token is fine)`,
    impostor: `find the program on that port (\`ss -ltnp\`), stop it, then run \`${restart}\``,
    ...(overriding
      ? { not_mcp: 'check that the image serves MCP at that path, or remove it from "images"' }
      : {}),
  }
  const theirs: Partial<Record<FaultKind, string>> = {
    refused: 'start the server, or correct its "url"',
    unauthorized: signInHint(accused, auth),
    host_not_allowed: 'configure the server to allow the host in its "url" (the token is fine)',
    forbidden: 'check the permissions of the credential, and whether the server allows this machine',
  }
  const both: Partial<Record<FaultKind, string>> = {
    not_mcp: 'check the path in its "url", and its "transport" (a path that ends in /sse selects SSE)',
    unreachable: 'check the host name, the DNS and the route to it',
    proxy: 'check "proxy", or add the host to "no_proxy"',
    timeout: 'raise "timeouts" or "health_check_timeout_seconds", or find out why it is slow',
  }
  return {
    state: stateOf(fault, external),
    reason: overriding === undefined ? fault.message : `${fault.message} (image ${overriding})`,
    hint: fault.remedy ?? (external ? theirs : own)[fault.kind] ?? both[fault.kind] ?? logsHint(accused),
  }
}

/** What to do when an external server rejects what we send, or asks for something. */
function signInHint({ customer, server }: ServerKey, auth: ServerAuth | undefined): string {
  switch (auth?.kind) {
    case 'bearer':
      return `check the value of ${auth.tokenName}`
    case 'basic':
      return `check the values of ${auth.userName} and ${auth.passwordName}`
    case 'client-credentials':
      return `check the value of ${auth.clientIdName}, and what that client may do`
    case 'sign-in':
      return `run \`supportmax auth login ${customer} ${server}\``
    case undefined:
      return 'set "auth" or "headers" to the credential that it requires, or "auth": { "oauth": { "grant": "authorization_code" } } to sign in'
  }
}

function stateOf({ kind, status }: Fault, external: boolean): ProbeState {
  if (kind === 'unauthorized') return 'auth_required'
  // Nobody here starts an external server: waiting does not help.
  if (external) return 'unhealthy'
  // Docker resets a connection to a published port whose program does not listen yet.
  const starts = kind === 'refused' || kind === 'closed' || status === 503
  return starts ? 'starting' : 'unhealthy'
}
