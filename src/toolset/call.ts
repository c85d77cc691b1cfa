import { redact } from '../base/redact.ts'
import { didYouMean } from '../base/text/words.ts'
import type { ServerKey } from '../config/project.ts'
import { type CallResult, Fault } from '../mcp/connection.ts'
import type { Unavailable } from '../mcp/endpoint.ts'
import type { ConnectionPool } from '../mcp/pool.ts'
import { cut } from './cut.ts'
import type { Approve, OfferedTool, ToolCallOptions, ToolOutcome } from './toolset.ts'

/** What one generation of a toolset may do, and until when. */
export interface Generation {
  customer: string
  pool: ConnectionPool
  offered: ReadonlyMap<string, OfferedTool>
  /** Name offered to models → why it is not offered. */
  withheld: ReadonlyMap<string, string>
  /** Fires when the generation is retired. */
  retired: AbortSignal
  /** Milliseconds for one call. */
  deadline: number
  mostBytes: number
}

type Plain = Omit<ToolOutcome, 'took'>

/** The one way to any tool: policy, approval, the call itself, redaction, the cap. Never throws. */
export async function callTool(
  generation: Generation,
  name: string,
  args: unknown,
  options: ToolCallOptions,
): Promise<ToolOutcome> {
  const started = performance.now()
  // A person's thinking is not the call's time.
  let thought = 0
  const approve: Approve = async call => {
    const asked = performance.now()
    return options.approve(call).finally(() => {
      thought += performance.now() - asked
    })
  }
  const plain = await outcomeOf(generation, name, args, { ...options, approve })
  return { ...plain, took: Math.round(performance.now() - started - thought) }
}

async function outcomeOf(
  generation: Generation,
  name: string,
  args: unknown,
  { signal, approve }: ToolCallOptions,
): Promise<Plain> {
  const { retired } = generation
  const stop = signal ? AbortSignal.any([signal, retired]) : retired
  if (stop.aborted) return cancelled(retired)
  const tool = generation.offered.get(name)
  if (!tool) return notOffered(generation, name)
  if (!isPlainObject(args)) return said('tool_error', `${name}: arguments must be one JSON object`)
  const key: ServerKey = { customer: generation.customer, server: tool.server }
  if (!tool.readOnly) {
    const asked = { ...key, tool: tool.tool, args }
    const approval = await firstOf(
      approve(asked).catch(() => NO_ANSWER),
      stop,
    )
    if (stop.aborted || approval === undefined) return cancelled(retired)
    if (!approval.allowed) return said('denied', `${name} was not allowed: ${approval.reason}`)
  }
  try {
    const result = await generation.pool.call(key, tool.tool, args, {
      signal: stop,
      deadline: generation.deadline,
    })
    return stop.aborted ? cancelled(retired) : resultOutcome(generation, name, result)
  } catch (error) {
    if (stop.aborted) return cancelled(retired)
    const words = error instanceof Fault ? error.message : String(error)
    return said('failed', redact(`${name} got no answer: ${words}`))
  }
}

const NO_ANSWER = { allowed: false as const, reason: 'nobody could be asked' }

function resultOutcome(generation: Generation, name: string, result: CallResult | Unavailable): Plain {
  if ('state' in result)
    return said('failed', redact(`${name} is not there (${result.state}): ${result.reason}. ${result.hint}`))
  // Redacted before it is cut: half a secret would not be recognised.
  const { text, cutBytes } = cut(redact(result.text), generation.mostBytes)
  return { kind: result.isError ? 'tool_error' : 'answered', text, cutBytes }
}

function notOffered(generation: Generation, name: string): Plain {
  const reason = generation.withheld.get(name)
  if (reason !== undefined) return said('denied', `${name} is withheld: ${reason}`)
  return said('unknown_tool', `there is no tool ${name}${didYouMean(name, [...generation.offered.keys()])}`)
}

function cancelled(retired: AbortSignal): Plain {
  return said('cancelled', retired.aborted ? 'cancelled: this set of tools is retired' : 'cancelled')
}

function said(kind: ToolOutcome['kind'], text: string): Plain {
  return { kind, text, cutBytes: 0 }
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The work's value, or undefined as soon as the signal fires: an open dialog must not outlive its customer. */
async function firstOf<T>(work: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  if (signal.aborted) return undefined
  let stop = () => {}
  const aborted = new Promise<undefined>(resolve => {
    stop = () => resolve(undefined)
    signal.addEventListener('abort', stop, { once: true })
  })
  return Promise.race([work, aborted]).finally(() => signal.removeEventListener('abort', stop))
}
