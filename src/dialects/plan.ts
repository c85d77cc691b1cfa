import type { LeftOut, ModelEvent, ModelRequest, ToolSpec } from '../platforms/platform.ts'
import { type Compiled, compileTools, type UnofferedTool } from './compile.ts'
import type { PlatformModel, Quarantine } from './refusal/quarantine.ts'
import { RULES } from './rules.ts'
import { narrow } from './select/narrow.ts'

/** A request as it is sent to one platform. */
export interface OfferPlan {
  request: ModelRequest
  /** What is left out; undefined if nothing is. */
  leftOut: LeftOut | undefined
  /** Converts an event of the platform to the toolset's names. */
  toOwn(event: ModelEvent): ModelEvent
}

export interface PlanOptions {
  /** Overrides the dialect's limit. */
  mostTools?: number | undefined
  memory: Quarantine
}

/** The request with as many tools as this platform accepts, in its dialect, and with their names in the history. */
export function planOf(
  target: PlatformModel,
  request: ModelRequest,
  { mostTools, memory }: PlanOptions,
): OfferPlan {
  const { dialect, name } = target
  const compiled = compileTools(dialect, request.tools)
  const ready = new Map<string, ToolSpec>()
  const unoffered = [...compiled.unoffered]
  for (const tool of compiled.tools) {
    const own = compiled.original(tool.name)
    const reason = memory.reasonFor(target, tool)
    if (reason === undefined) ready.set(own, tool)
    else unoffered.push({ name: own, reason })
  }
  const good = unrepeated(request.tools, ready)
  const most = Math.min(mostTools ?? RULES[dialect].most, memory.most(target))
  const { tools, narrowed } = narrow(good, request.messages, most)
  return {
    request: {
      ...request,
      system: instructions(request.system, unoffered),
      messages: request.messages.map(message => withPlatformNames(compiled, message)),
      // A tool without an entry is find_tools, which is not in the toolset.
      tools: tools.flatMap(spec => ready.get(spec.name) ?? compileTools(dialect, [spec]).tools),
    },
    leftOut:
      unoffered.length || narrowed
        ? { type: 'left-out', platform: name, tools: unoffered, narrowed }
        : undefined,
    toOwn: event => (event.type === 'call' ? { ...event, call: compiled.toOwn(event.call) } : event),
  }
}

function unrepeated(specs: readonly ToolSpec[], ready: ReadonlyMap<string, ToolSpec>): ToolSpec[] {
  const first = new Map<string, ToolSpec>()
  for (const spec of specs) if (ready.has(spec.name) && !first.has(spec.name)) first.set(spec.name, spec)
  return [...first.values()]
}

function withPlatformNames(compiled: Compiled, message: ModelRequest['messages'][number]): typeof message {
  if (message.role === 'assistant') return { ...message, calls: message.calls.map(compiled.toPlatform) }
  return message.role === 'tool' ? { ...message, name: compiled.legal(message.name) } : message
}

/** Mentions the tools that could not be offered, so that the model does not deny that they exist. */
function instructions(system: string, unoffered: readonly UnofferedTool[]): string {
  if (unoffered.length === 0) return system
  const names = unoffered.map(one => `${one.name} (${one.reason})`).join(', ')
  return `${system}\n\nThe customer also has these tools, but they cannot be offered to you: ${names}.`
}
