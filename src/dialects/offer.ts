import { oneLine } from '../base/text/words.ts'
import {
  type ModelEvent,
  type ModelRequest,
  type Platform,
  PlatformFault,
  type ToolSpec,
  type VendorPlatform,
} from '../platforms/platform.ts'
import { compileTools } from './compile.ts'
import { type Plan, type PlanOptions, planOf } from './plan.ts'
import { blameOf } from './refusal/blame.ts'
import { culpritOf } from './refusal/culprit.ts'
import { openQuarantine, type Quarantine } from './refusal/quarantine.ts'
import { FIND_TOOLS } from './select/find.ts'

/** Requests for one turn, however many tools are bad: what was learned till then is known in the next turn. */
const MOST_REQUESTS = 64
const LONGEST_REASON = 120

/**
 * The platform's stream, with tools of any toolset: as many as it takes, in its dialect, without those that it
 * refuses. One bad tool kills no request: it is found, remembered and left out, and the same turn is asked again.
 * Says once for each platform and toolset what it is not offered.
 *
 * @throws PlatformFault as the platform does; a bad request only where it is not for its tools.
 */
export function offering(platform: VendorPlatform, options: PlanOptions): Platform['stream'] {
  return async function* offered(request, signal) {
    const line = { platform, signal, requests: 0 }
    for (;;) {
      const plan = planOf(platform, request, options)
      line.requests++
      const refusal = yield* streamed(line, plan, options)
      if (!refusal) return
      const didLearn = await learn(line, plan, refusal, options)
      if (!didLearn || line.requests >= MOST_REQUESTS) throw refusal
    }
  }
}

/** The same for each customer with a memory of its own: what one has must not be told in another's chat. */
export function offersByCustomer(): (
  customerId: string,
) => (
  platform: VendorPlatform,
  route: { platform: { mostTools: number | undefined } },
) => Platform['stream'] {
  const memories = new Map<string, Quarantine>()
  return customerId => {
    const memory = memories.get(customerId) ?? openQuarantine()
    memories.set(customerId, memory)
    return (platform, route) => offering(platform, { mostTools: route.platform.mostTools, memory })
  }
}

interface Line {
  platform: VendorPlatform
  signal: AbortSignal
  requests: number
}

/** Hands the events on; returns a refusal that came before any of them said something. */
async function* streamed(
  { platform, signal }: Line,
  plan: Plan,
  options: PlanOptions,
): AsyncGenerator<ModelEvent, PlatformFault | undefined> {
  let said = false
  let isTold = false
  try {
    for await (const event of platform.stream(plan.request, signal)) {
      if (!isTold) yield* news(platform, plan, options)
      isTold = true
      said ||= event.type !== 'thinking'
      yield plan.toOwn(event)
    }
    return undefined
  } catch (error) {
    if (!said && !signal.aborted && isRefusal(error)) return error
    throw error
  }
}

function* news(platform: VendorPlatform, { leftOut }: Plan, { memory }: PlanOptions): Generator<ModelEvent> {
  if (!leftOut) return
  const { tools, narrowed } = leftOut
  // How many are offered grows with what is found: that is no news.
  const what = JSON.stringify([tools.map(tool => [tool.name, tool.reason]), narrowed?.of])
  if (memory.isNews(platform, what)) yield leftOut
}

/** Finds out for which tools it was refused, and remembers it. False where it is not for its tools. */
async function learn(
  line: Line,
  { request }: Plan,
  fault: PlatformFault,
  { memory }: PlanOptions,
): Promise<boolean> {
  const { platform } = line
  const { tools } = request
  const hold = (tool: ToolSpec | undefined) => {
    // Not the finder: it is ours, and known to be right.
    if (tool && tool.name !== FIND_TOOLS.name)
      memory.hold(platform, tool, `refused: ${oneLine(fault.message, LONGEST_REASON)}`)
    return tool !== undefined && tool.name !== FIND_TOOLS.name
  }
  const blame = tools.length > 0 ? blameOf(fault, platform.dialect, tools) : undefined
  if (!blame) return false
  if (blame.kind === 'tools') return blame.places.map(place => hold(tools[place])).includes(true)
  const culprit = blame.kind === 'number' ? blame : await searched(line, request)
  if (culprit?.kind === 'number') memory.limit(platform, culprit.most)
  return culprit?.kind === 'tool' ? hold(tools[culprit.place]) : culprit !== undefined
}

async function searched(line: Line, request: ModelRequest): ReturnType<typeof culpritOf> {
  const [plain] = compileTools(line.platform.dialect, [FIND_TOOLS]).tools
  return plain && culpritOf(request.tools, plain, tools => accepts(line, { ...request, tools: [...tools] }))
}

/** Whether a request is taken: what is taken is called off at its first event. */
async function accepts(line: Line, request: ModelRequest): Promise<boolean> {
  line.requests++
  const own = new AbortController()
  const signal = AbortSignal.any([line.signal, own.signal])
  const events = line.platform.stream(request, signal)[Symbol.asyncIterator]()
  try {
    await events.next()
    return true
  } catch (error) {
    if (line.signal.aborted || !isRefusal(error)) throw error
    return false
  } finally {
    own.abort()
    // Not awaited: a platform that hangs would hold the turn.
    void Promise.resolve(events.return?.()).catch(() => {})
  }
}

function isRefusal(error: unknown): error is PlatformFault {
  return error instanceof PlatformFault && error.kind === 'bad_request'
}
