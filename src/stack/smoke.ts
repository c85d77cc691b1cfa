import { quotedRefusal } from '../base/http/quoted.ts'
import { stateWords } from '../base/text/state-words.ts'
import { type Customer, keyOf, type Server } from '../config/project.ts'
import { uncheckedWords } from '../mcp/probe.ts'
import type { ToolOutcome, Toolset } from '../toolset/toolset.ts'
import { type StatusRow, status } from './look/status.ts'
import type { Stack } from './stack.ts'

/** The result of one check on one server. */
export interface Check {
  customer: string
  server: string
  check: 'ready' | 'call'
  ok: boolean
  /** The finding, also if the check passed. */
  detail: string
  seconds: number
}

export interface SmokeOptions {
  customers: Customer[]
  toolsetFor(customer: Customer, signal?: AbortSignal): Promise<Toolset>
  tell(check: Check): void
  signal?: AbortSignal | undefined
}

/** For every server: is it ready, and does its type's smoke call get an answer, the way the agent's calls do? */
export async function smokeChecks(stack: Stack, options: SmokeOptions): Promise<Check[]> {
  const report = await status(stack, options.customers, { strays: 'left-out', signal: options.signal })
  const ready = report.servers.map(readyCheck)
  ready.forEach(options.tell)
  const calls = await Promise.all(options.customers.map(customer => callChecks(customer, options)))
  return [...ready, ...calls.flat()]
}

function readyCheck(row: StatusRow): Check {
  return {
    customer: row.customer,
    server: row.server,
    check: 'ready',
    ok: row.state === 'ready',
    detail: row.state === 'ready' ? row.reason : `${stateWords(row.state)}: ${row.reason}`,
    seconds: (row.latencyMs ?? 0) / 1_000,
  }
}

async function callChecks(customer: Customer, options: SmokeOptions): Promise<Check[]> {
  const toolset = await options.toolsetFor(customer, options.signal)
  const checks = await Promise.all(
    customer.servers.map(async server => ({
      ...(await smokeCall(toolset, server, options.signal)),
      ...keyOf(server),
    })),
  )
  checks.forEach(options.tell)
  toolset.retire()
  return checks
}

async function smokeCall(
  toolset: Toolset,
  server: Server,
  signal: AbortSignal | undefined,
): Promise<Pick<Check, 'check' | 'ok' | 'detail' | 'seconds'>> {
  const missing = toolset.missing.find(one => one.server === server.name)
  const { tool = '', arguments: args = {} } = server.smoke ?? {}
  if (missing) {
    const detail = server.smoke ? `${tool}: ${missing.reason}` : missing.reason
    return { check: 'call', ok: false, detail, seconds: 0 }
  }
  if (!server.smoke) return { check: 'call', ok: true, detail: NO_TEST_CALL, seconds: 0 }
  const offered = toolset.tools.find(one => one.server === server.name && one.tool === tool)
  const withheld = toolset.withheld.find(one => one.server === server.name && one.tool === tool)
  // Whether an external server's tools are trusted is for its customer to say.
  if (withheld)
    return {
      check: 'call',
      ok: withheld.byPolicy === true || !server.managed,
      detail: `${tool}: not called: ${withheld.reason}`,
      seconds: 0,
    }
  if (!offered) return { check: 'call', ...notOffered(server, tool), seconds: 0 }
  const approve = async () => ({ allowed: false as const, reason: 'a smoke test cannot ask for approval' })
  const outcome = await toolset.call(offered.name, args, { signal, approve })
  const found = outcomeText(outcome, server)
  return {
    check: 'call',
    ok: outcome.kind === 'answered',
    detail: `${tool}: ${found}`,
    seconds: outcome.took / 1_000,
  }
}

const NO_TEST_CALL = 'nothing was called: no test call is known for this server'

function outcomeText({ kind, text }: ToolOutcome, { system }: Server): string {
  if (kind === 'answered') return kind
  const quoted = kind === 'tool_error' ? quotedRefusal(text, system) : undefined
  return quoted ?? `${kind.replaceAll('_', ' ')}: ${text}`
}

/** Only our own build always has its type's test tool. Any other server is ready without it: nothing more was checked. */
function notOffered({ managed, image }: Server, tool: string): Pick<Check, 'ok' | 'detail'> {
  if (managed && image.kind !== 'pull') return { ok: false, detail: `${tool}: the server has no such tool` }
  const overriding = managed && image.kind === 'pull' && image.overrides ? image.ref : undefined
  return { ok: true, detail: uncheckedWords(tool, overriding) }
}
