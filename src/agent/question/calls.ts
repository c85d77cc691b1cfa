import { isRecord } from '../../base/records.ts'
import { orAborted } from '../../base/waiting/aborted.ts'
import { gate } from '../../base/waiting/gate.ts'
import { FIND_TOOLS, findTools } from '../../dialects/select/find.ts'
import type { Message, ModelCall, ToolSpec } from '../../platforms/platform.ts'
import type { Approve, ToolOutcome, Toolset } from '../../toolset/toolset.ts'
import type { AgentEvent } from '../events.ts'

/** Calls at a time; more would overload the customer's systems. */
const AT_ONCE = 8
const MOST_CALLS = 100

/**
 * Runs a turn's calls side by side, with an event when each starts and ends. Returns exactly one result for each call,
 * in the order of the calls; a denied, unknown or failed call becomes a text that the model can read.
 */
export async function* runCalls(
  toolset: Toolset,
  calls: readonly ModelCall[],
  { signal, approve }: { signal: AbortSignal; approve: Approve },
): AsyncGenerator<AgentEvent, Message[]> {
  for (const call of calls) yield startEvent(toolset, call)
  const pass = gate(AT_ONCE)
  const outcomes = new Map<string, CallOutcome>()
  const running = new Map(
    calls.map((call, i) => [
      call.id,
      pass(signal, () => (i < MOST_CALLS ? runCall(toolset, call, { signal, approve }) : tooMany())).then(
        outcome => ({ id: call.id, outcome }),
      ),
    ]),
  )
  while (running.size > 0) {
    const { id, outcome } = await orAborted(Promise.race(running.values()), signal)
    running.delete(id)
    outcomes.set(id, outcome)
    yield { type: 'call-ended', id, outcome }
  }
  return calls.map(call => resultOf(call, outcomes.get(call.id)))
}

/** Tools that a search found are offered from the next turn on. */
type CallOutcome = ToolOutcome & { found?: readonly string[] }

async function tooMany(): Promise<CallOutcome> {
  const text = `not run: more than ${MOST_CALLS} calls in one turn; make fewer calls at once`
  return { kind: 'tool_error', text, took: 0, cutBytes: 0 }
}

async function runCall(
  toolset: Toolset,
  call: ModelCall,
  options: { signal: AbortSignal; approve: Approve },
): Promise<CallOutcome> {
  if (call.name !== FIND_TOOLS.name || toolset.tools.some(tool => tool.name === call.name))
    return toolset.call(call.name, call.args, options)
  const { text, isError, found } = findTools(specsOf(toolset), call.args)
  return { kind: isError ? 'tool_error' : 'answered', text, found, took: 0, cutBytes: 0 }
}

const specs = new WeakMap<Toolset, ToolSpec[]>()

/** The tools as platforms see them; the same list for the same generation, so that it is compiled once. */
export function specsOf(toolset: Toolset): ToolSpec[] {
  const known = specs.get(toolset)
  if (known) return known
  const made = toolset.tools.map(({ name, description, inputSchema }) => ({ name, description, inputSchema }))
  specs.set(toolset, made)
  return made
}

function startEvent(toolset: Toolset, call: ModelCall): AgentEvent {
  const tool = toolset.tools.find(offered => offered.name === call.name)
  const args = call.args ?? call.rawArgs
  return {
    type: 'call-started',
    id: call.id,
    server: tool?.server || serverIn(args),
    tool: tool?.tool ?? call.name,
    args,
  }
}

/** A tool of our own gets the server to ask as an argument. */
function serverIn(args: unknown): string {
  return isRecord(args) && typeof args.server === 'string' ? args.server : ''
}

function resultOf(call: ModelCall, outcome: CallOutcome | undefined): Message {
  const text = outcome?.text || '(the tool returned nothing)'
  const isError = outcome?.kind !== 'answered'
  const found = outcome?.found
  return { role: 'tool', callId: call.id, name: call.name, text, isError, ...(found && { found }) }
}
