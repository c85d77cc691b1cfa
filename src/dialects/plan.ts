import type { LeftOut, ModelEvent, ModelRequest, ToolSpec } from '../platforms/platform.ts'
import { type Compiled, compileTools, type LeftTool } from './compile.ts'
import type { PlatformPlace, Quarantine } from './refusal/quarantine.ts'
import { RULES } from './rules.ts'
import { narrow } from './select/narrow.ts'

/** A request as it is sent to one platform. */
export interface OfferPlan {
  request: ModelRequest
  /** What is not offered; undefined when nothing is left out. */
  leftOut: LeftOut | undefined
  /** Converts an event of the platform to the toolset's names. */
  toOwn(event: ModelEvent): ModelEvent
}

export interface PlanOptions {
  /** Overrides the dialect's limit. */
  mostTools?: number | undefined
  memory: Quarantine
}

/** As many tools as this platform accepts, in its dialect, and the history with the same names. */
export function planOf(
  place: PlatformPlace,
  request: ModelRequest,
  { mostTools, memory }: PlanOptions,
): OfferPlan {
  const { dialect, name } = place
  const compiled = compileTools(dialect, request.tools)
  const ready = new Map<string, ToolSpec>()
  const left = [...compiled.left]
  for (const tool of compiled.tools) {
    const own = compiled.original(tool.name)
    const reason = memory.reasonFor(place, tool)
    if (reason === undefined) ready.set(own, tool)
    else left.push({ name: own, reason })
  }
  const good = unrepeated(request.tools, ready)
  const most = Math.min(mostTools ?? RULES[dialect].most, memory.most(place))
  const { tools, narrowed } = narrow(good, request.messages, most)
  return {
    request: {
      ...request,
      system: instructions(request.system, left),
      messages: request.messages.map(message => withPlatformNames(compiled, message)),
      // A tool that is not in the toolset is find_tools.
      tools: tools.flatMap(spec => ready.get(spec.name) ?? compileTools(dialect, [spec]).tools),
    },
    leftOut:
      left.length || narrowed ? { type: 'left-out', platform: name, tools: left, narrowed } : undefined,
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

/** Mentions what could not be offered, so that the model does not deny that it exists. */
function instructions(system: string, left: readonly LeftTool[]): string {
  if (left.length === 0) return system
  const names = left.map(one => `${one.name} (${one.reason})`).join(', ')
  return `${system}\n\nThe customer also has these tools, but they cannot be offered to you: ${names}.`
}
