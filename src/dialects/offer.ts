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
import { type OfferPlan, type PlanOptions, planOf } from './plan.ts'
import { blameOf } from './refusal/blame.ts'
import { culpritOf } from './refusal/culprit.ts'
import { openQuarantine, type Quarantine } from './refusal/quarantine.ts'
import { FIND_TOOLS } from './select/find.ts'

/** Most requests per turn, however many tools are rejected; the next turn continues with what was learned. */
const MOST_REQUESTS = 64
const LONGEST_REASON = 120

/**
 * The platform's stream for any toolset: as many tools as it accepts, in its dialect, without those that it rejects. A
 * rejected tool does not break the request: it is identified, remembered and left out, and the turn is sent again.
 * Reports once per platform and toolset what is not offered.
 *
 * @throws PlatformFault as the platform does; a bad request only if the tools are not the reason
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

/** The same with a separate memory per customer: one customer's tools must not show up in another's chat. */
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

interface Sending {
  platform: VendorPlatform
  signal: AbortSignal
  requests: number
}

/** Passes the events on. Returns a rejection that arrived before any content. */
async function* streamed(
  { platform, signal }: Sending,
  plan: OfferPlan,
  options: PlanOptions,
): AsyncGenerator<ModelEvent, PlatformFault | undefined> {
  let hasContent = false
  let isReported = false
  try {
    for await (const event of platform.stream(plan.request, signal)) {
      if (!isReported) yield* news(platform, plan, options)
      isReported = true
      hasContent ||= event.type !== 'thinking'
      yield plan.toOwn(event)
    }
    return undefined
  } catch (error) {
    if (!hasContent && !signal.aborted && isRefusal(error)) return error
    throw error
  }
}

function* news(
  platform: VendorPlatform,
  { leftOut }: OfferPlan,
  { memory }: PlanOptions,
): Generator<ModelEvent> {
  if (!leftOut) return
  const { tools, narrowed } = leftOut
  // The number of offered tools grows with what is found; that is not news.
  const what = JSON.stringify([tools.map(tool => [tool.name, tool.reason]), narrowed?.of])
  if (memory.isNews(platform, what)) yield leftOut
}

/** Finds out which tools caused the rejection, and remembers them. False if the tools are not the reason. */
async function learn(
  line: Sending,
  { request }: OfferPlan,
  fault: PlatformFault,
  { memory }: PlanOptions,
): Promise<boolean> {
  const { platform } = line
  const { tools } = request
  const hold = (tool: ToolSpec | undefined) => {
    // Never find_tools, which is ours and valid.
    if (tool && tool.name !== FIND_TOOLS.name)
      memory.hold(platform, tool, `rejected: ${oneLine(fault.message, LONGEST_REASON)}`)
    return tool !== undefined && tool.name !== FIND_TOOLS.name
  }
  const blame = tools.length > 0 ? blameOf(fault, platform.dialect, tools) : undefined
  if (!blame) return false
  if (blame.kind === 'tools') return blame.places.map(place => hold(tools[place])).includes(true)
  const culprit = blame.kind === 'number' ? blame : await searched(line, request)
  if (culprit?.kind === 'number') memory.limit(platform, culprit.most)
  return culprit?.kind === 'tool' ? hold(tools[culprit.place]) : culprit !== undefined
}

async function searched(line: Sending, request: ModelRequest): ReturnType<typeof culpritOf> {
  const [plain] = compileTools(line.platform.dialect, [FIND_TOOLS]).tools
  return plain && culpritOf(request.tools, plain, tools => accepts(line, { ...request, tools: [...tools] }))
}

/** Whether a request is accepted; an accepted one is cancelled at its first event. */
async function accepts(line: Sending, request: ModelRequest): Promise<boolean> {
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
    // Not awaited, because a platform that hangs would block the turn.
    void Promise.resolve(events.return?.()).catch(() => {})
  }
}

function isRefusal(error: unknown): error is PlatformFault {
  return error instanceof PlatformFault && error.kind === 'bad_request'
}
