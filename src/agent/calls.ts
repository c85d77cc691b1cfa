import type { Message, ModelCall } from '../llm/platform.ts'
import type { Approve, ToolOutcome, Toolset } from '../mcp/toolset.ts'
import type { AgentEvent } from './events.ts'
import { orAborted } from './turn.ts'

/**
 * Runs a turn's calls side by side and says of each when it starts and ends. Returns exactly one result for each
 * call, in the order of the calls; what was denied, unknown or failed is a text that the model can read.
 */
export async function* runCalls(
  toolset: Toolset,
  calls: readonly ModelCall[],
  { signal, approve }: { signal: AbortSignal; approve: Approve },
): AsyncGenerator<AgentEvent, Message[]> {
  for (const call of calls) yield started(toolset, call)
  const outcomes = new Map<string, ToolOutcome>()
  const running = new Map(
    calls.map(call => [
      call.id,
      toolset.call(call.name, call.args, { signal, approve }).then(outcome => ({ id: call.id, outcome })),
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

function started(toolset: Toolset, call: ModelCall): AgentEvent {
  const tool = toolset.tools.find(offered => offered.name === call.name)
  const args = call.args ?? call.rawArgs
  return {
    type: 'call-started',
    id: call.id,
    server: tool?.server ?? '',
    tool: tool?.tool ?? call.name,
    args,
  }
}

function resultOf(call: ModelCall, outcome: ToolOutcome | undefined): Message {
  const text = outcome?.text || '(the tool answered with nothing)'
  return { role: 'tool', callId: call.id, name: call.name, text, isError: outcome?.kind !== 'answered' }
}
