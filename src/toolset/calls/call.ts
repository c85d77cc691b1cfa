import { reasonOf, SupportError } from '../../base/errors.ts'
import { redact, redactedLine } from '../../base/redact.ts'
import { stateWords } from '../../base/text/state-words.ts'
import type { ServerKey } from '../../config/project.ts'
import { type CallResult, Fault, type RequestOptions } from '../../mcp/connection.ts'
import type { Unavailable } from '../../mcp/endpoint.ts'
import { rememberLinks } from '../resources/reader.ts'
import type { Effect } from '../toolset.ts'
import {
  type Approve,
  type CallProgress,
  MAY_HAVE_RUN,
  type ToolCallOptions,
  type ToolOutcome,
} from '../toolset.ts'
import { audited, isRefused } from './audited.ts'
import { truncated } from './cut.ts'
import { type Admitted, cancelled, type Generation } from './gate.ts'

type Untimed = Omit<ToolOutcome, 'took'>

type Telling = Pick<ToolCallOptions, 'onProgress'> & Pick<RequestOptions, 'onWaited'>

/** A model's only way to a tool: the gate, the call itself, redaction, truncation. Never throws. */
export async function callTool(
  generation: Generation,
  name: string,
  args: unknown,
  options: ToolCallOptions,
): Promise<ToolOutcome> {
  const started = performance.now()
  // The time that a person takes, to decide or to answer the server, does not count.
  let deciding = 0
  let waited = 0
  const approve: Approve = async call => {
    const asked = performance.now()
    return options.approve(call).finally(() => {
      deciding += performance.now() - asked
    })
  }
  const result = await audited(generation, { name, args, ...options, approve }, async admitted => {
    const onWaited = (ms: number) => {
      waited += ms
    }
    const value = await outcomeOf(generation, admitted, { onProgress: options.onProgress, onWaited })
    return { kind: value.kind, bytes: Buffer.byteLength(value.text) + value.cutBytes, waited, value }
  })
  const untimed = isRefused(result) ? { kind: result.kind, text: result.text, cutBytes: 0 } : result.value
  return { ...untimed, took: Math.round(performance.now() - started - deciding - waited) }
}

async function outcomeOf(generation: Generation, admitted: Admitted, telling: Telling): Promise<Untimed> {
  const { retired } = generation
  const { tool, effect, stop } = admitted
  try {
    const result = await ran(generation, admitted, telling)
    return stop.aborted
      ? { ...cancelled(retired, doubt(effect)), cutBytes: 0 }
      : resultOutcome(generation, tool.name, result)
  } catch (error) {
    const sent = error instanceof Fault ? error.fate === 'unknown' : !(error instanceof SupportError)
    const unknown = sent ? doubt(effect) : ''
    if (stop.aborted) return { ...cancelled(retired, unknown), cutBytes: 0 }
    return failed(`${tool.name} failed: ${thrownWords(error)}${unknown}`)
  }
}

async function ran(
  { customer, pool, resources, seen }: Generation,
  { tool, args, effect, stop }: Admitted,
  { onProgress: report, onWaited }: Telling,
): Promise<CallResult | Unavailable> {
  if (tool === resources?.tool) return resources.read(args, stop)
  const key: ServerKey = { customer, server: tool.server }
  const onProgress = report && ((progress: object) => stop.aborted || report(progressOf(progress)))
  const result = await pool.call(key, tool.tool, args, {
    signal: stop,
    repeatable: effect.kind === 'read',
    onProgress,
    onWaited,
  })
  if (!('state' in result)) rememberLinks(seen, key, result)
  return result
}

/** The parameters of a `notifications/progress`, of which a server may send anything. */
function progressOf(params: object): CallProgress {
  const { progress, total, message }: Record<string, unknown> = { ...params }
  const isKnown = (amount: unknown): amount is number => Number.isFinite(amount) && Number(amount) >= 0
  return {
    done: isKnown(progress) ? progress : 0,
    total: isKnown(total) && total > 0 ? total : undefined,
    text: typeof message === 'string' ? redactedLine(message, LONGEST_PROGRESS) : '',
  }
}

/** In characters; a server could send megabytes with each. */
const LONGEST_PROGRESS = 200

/** What must be said about a write that was sent and got no answer. The model reads it, and passes it on. */
function doubt({ kind }: Effect): string {
  return kind === 'read' ? '' : `; ${MAY_HAVE_RUN}`
}

/** A Fault keeps its whole message; an engine that stopped responding says what to do. */
function thrownWords(error: unknown): string {
  if (error instanceof Fault) return error.message
  const hint = error instanceof SupportError ? error.hint : undefined
  return `${reasonOf(error)}${hint === undefined ? '' : `; to fix it, ${hint}`}`
}

function resultOutcome(generation: Generation, name: string, result: CallResult | Unavailable): Untimed {
  if ('state' in result) return failed(unavailableText(name, result))
  // Redacted before it is truncated: half a secret would not be recognised.
  const whole = redact(result.text)
  const cut = truncated(whole, generation.mostBytes)
  return { kind: result.isError ? 'tool_error' : 'answered', ...cut, ...(cut.cutBytes > 0 && { whole }) }
}

/** The model reads it, and passes the hint on to the engineer. */
function unavailableText(name: string, { state, reason, hint }: Unavailable): string {
  return `${name} is unavailable (${stateWords(state)}): ${reason}${hint === '' ? '' : `; to fix it, ${hint}`}`
}

function failed(text: string): Untimed {
  return { kind: 'failed', text: redact(text), cutBytes: 0 }
}
