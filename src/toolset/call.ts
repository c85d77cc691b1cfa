import { reasonOf, SupportError } from '../base/errors.ts'
import { isRecord } from '../base/records.ts'
import { redact } from '../base/redact.ts'
import { stateWords } from '../base/text/state-words.ts'
import { didYouMean } from '../base/text/words.ts'
import { orAborted } from '../base/waiting/aborted.ts'
import type { ServerKey } from '../config/project.ts'
import { type CallResult, Fault } from '../mcp/connection.ts'
import type { Unavailable } from '../mcp/endpoint.ts'
import type { ConnectionPool } from '../mcp/pool.ts'
import { truncated } from './cut.ts'
import { type ResourceReader, rememberLinks, type SeenLinks } from './resources/reader.ts'
import {
  type Approve,
  MAY_HAVE_RUN,
  type OfferedTool,
  type ToolCallOptions,
  type ToolOutcome,
} from './toolset.ts'

/** One generation of a toolset, as its calls need it. */
interface Generation {
  customer: string
  pool: ConnectionPool
  offered: ReadonlyMap<string, OfferedTool>
  /** Undefined if no server has resources. */
  resources: ResourceReader | undefined
  /** What the results of this customer's servers link to. */
  seen: SeenLinks
  /** Name offered to models → why it is not: `is withheld: …`. */
  refusals: ReadonlyMap<string, string>
  /** Fires when the generation is retired. */
  retired: AbortSignal
  mostBytes: number
}

type Untimed = Omit<ToolOutcome, 'took'>

/** The only way to a tool: policy, approval, the call itself, redaction, truncation. Never throws. */
export async function callTool(
  generation: Generation,
  name: string,
  args: unknown,
  options: ToolCallOptions,
): Promise<ToolOutcome> {
  const started = performance.now()
  // The time that a person takes to decide is not the call's.
  let deciding = 0
  const approve: Approve = async call => {
    const asked = performance.now()
    return options.approve(call).finally(() => {
      deciding += performance.now() - asked
    })
  }
  const untimed = await outcomeOf(generation, name, args, { ...options, approve })
  return { ...untimed, took: Math.round(performance.now() - started - deciding) }
}

async function outcomeOf(
  generation: Generation,
  name: string,
  args: unknown,
  { signal, approve }: ToolCallOptions,
): Promise<Untimed> {
  const { retired } = generation
  const stop = signal ? AbortSignal.any([signal, retired]) : retired
  if (stop.aborted) return cancelled(retired)
  const tool = generation.offered.get(name)
  if (!tool) return notOffered(generation, name)
  if (!isRecord(args)) return outcome('tool_error', `${name}: the arguments must be a JSON object`)
  if (!tool.readOnly) {
    const asked = { customer: generation.customer, server: tool.server, tool: tool.tool, args }
    // An open dialog must not outlive its customer.
    const approval = await orAborted(
      approve(asked).catch(() => NO_ANSWER),
      stop,
    ).catch(() => undefined)
    if (stop.aborted || approval === undefined) return cancelled(retired)
    if (!approval.allowed) return outcome('denied', `${name} was not run: ${approval.reason}`)
  }
  try {
    const result = await ran(generation, tool, args, stop)
    return stop.aborted ? cancelled(retired, doubt(tool)) : resultOutcome(generation, name, result)
  } catch (error) {
    const sent = error instanceof Fault ? error.fate === 'unknown' : !(error instanceof SupportError)
    const unknown = sent ? doubt(tool) : ''
    if (stop.aborted) return cancelled(retired, unknown)
    return outcome('failed', redact(`${name} failed: ${thrownWords(error)}${unknown}`))
  }
}

async function ran(
  { customer, pool, resources, seen }: Generation,
  tool: OfferedTool,
  args: Record<string, unknown>,
  signal: AbortSignal,
): Promise<CallResult | Unavailable> {
  if (tool === resources?.tool) return resources.read(args, signal)
  const key: ServerKey = { customer, server: tool.server }
  const result = await pool.call(key, tool.tool, args, { signal, repeatable: tool.readOnly })
  if (!('state' in result)) rememberLinks(seen, key, result)
  return result
}

/** What must be said of a write that was sent and got no answer. The model reads it, and passes it on. */
function doubt(tool: OfferedTool): string {
  return tool.readOnly ? '' : `; ${MAY_HAVE_RUN}`
}

/** A Fault keeps its whole message; an engine that stopped responding says what to do. */
function thrownWords(error: unknown): string {
  if (error instanceof Fault) return error.message
  const hint = error instanceof SupportError ? error.hint : undefined
  return `${reasonOf(error)}${hint === undefined ? '' : `; to fix it, ${hint}`}`
}

const NO_ANSWER = { allowed: false as const, reason: 'approval could not be requested' }

function resultOutcome(generation: Generation, name: string, result: CallResult | Unavailable): Untimed {
  if ('state' in result) return outcome('failed', redact(unavailableText(name, result)))
  // Redacted before it is truncated: half a secret would not be recognised.
  const { text, cutBytes } = truncated(redact(result.text), generation.mostBytes)
  return { kind: result.isError ? 'tool_error' : 'answered', text, cutBytes }
}

/** The model reads it, and passes the hint on to the engineer. */
function unavailableText(name: string, { state, reason, hint }: Unavailable): string {
  return `${name} is unavailable (${stateWords(state)}): ${reason}${hint === '' ? '' : `; to fix it, ${hint}`}`
}

function notOffered(generation: Generation, name: string): Untimed {
  const reason = generation.refusals.get(name)
  if (reason !== undefined) return outcome('denied', `${name} ${reason}`)
  return outcome('unknown_tool', `unknown tool ${name}${didYouMean(name, [...generation.offered.keys()])}`)
}

function cancelled(retired: AbortSignal, unknown = ''): Untimed {
  const why = retired.aborted ? 'cancelled: the customer or its servers have changed' : 'cancelled'
  return outcome('cancelled', `${why}${unknown}`)
}

function outcome(kind: ToolOutcome['kind'], text: string): Untimed {
  return { kind, text, cutBytes: 0 }
}
