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

/** Most requests per turn, no matter how many tools are rejected; the next turn continues from what was learned. */
const MOST_REQUESTS = 64
const LONGEST_REASON = 120

/**
 * The platform's stream for any toolset: offers as many tools as the platform accepts, in its dialect, without those that
 * it rejects. A rejected tool does not break the request: it is identified, remembered and left out, and the turn is
 * sent again. Reports once per platform and toolset which tools are left out.
 *
 * @throws PlatformFault as the platform does; a bad request only if the tools are not the reason
 */
export function offerTools(platform: VendorPlatform, options: PlanOptions): Platform['stream'] {
  return async function* offered(request, signal) {
    const sending = { platform, signal, requests: 0 }
    for (;;) {
      const plan = planOf(platform, request, options)
      sending.requests++
      const refusal = yield* streamed(sending, plan, options)
      if (!refusal) return
      const didLearn = await learnFrom(sending, plan, refusal, options)
      if (!didLearn || sending.requests >= MOST_REQUESTS) throw refusal
    }
  }
}

/** offerTools() with a separate memory per customer: one customer's tools must not show up in another's chat. */
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
    return (platform, route) => offerTools(platform, { mostTools: route.platform.mostTools, memory })
  }
}

interface Sending {
  platform: VendorPlatform
  signal: AbortSignal
  requests: number
}

/** Passes the events on. Returns the rejection if one arrives before any content. */
async function* streamed(
  { platform, signal }: Sending,
  plan: OfferPlan,
  options: PlanOptions,
): AsyncGenerator<ModelEvent, PlatformFault | undefined> {
  let hasContent = false
  let isReported = false
  try {
    for await (const event of platform.stream(plan.request, signal)) {
      if (!isReported) yield* reportLeftOut(platform, plan, options)
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

function* reportLeftOut(
  platform: VendorPlatform,
  { leftOut }: OfferPlan,
  { memory }: PlanOptions,
): Generator<ModelEvent> {
  if (!leftOut) return
  const { tools, narrowed } = leftOut
  // The number of offered tools grows with find_tools, which need not be reported again.
  const what = JSON.stringify([tools.map(tool => [tool.name, tool.reason]), narrowed?.of])
  if (memory.isNews(platform, what)) yield leftOut
}

/** Finds and remembers the tools that caused the rejection. False if the tools are not the reason. */
async function learnFrom(
  sending: Sending,
  { request }: OfferPlan,
  fault: PlatformFault,
  { memory }: PlanOptions,
): Promise<boolean> {
  const { platform } = sending
  const { tools } = request
  const hold = (tool: ToolSpec | undefined) => {
    // Never blame find_tools, which is ours and valid.
    if (tool && tool.name !== FIND_TOOLS.name)
      memory.hold(platform, tool, `rejected: ${oneLine(fault.message, LONGEST_REASON)}`)
    return tool !== undefined && tool.name !== FIND_TOOLS.name
  }
  const blame = tools.length > 0 ? blameOf(fault, platform.dialect, tools) : undefined
  if (!blame) return false
  if (blame.kind === 'tools') return blame.indexes.map(index => hold(tools[index])).includes(true)
  const culprit = blame.kind === 'number' ? blame : await searchCulprit(sending, request)
  if (culprit?.kind === 'number') memory.limit(platform, culprit.most)
  return culprit?.kind === 'tool' ? hold(tools[culprit.index]) : culprit !== undefined
}

async function searchCulprit(sending: Sending, request: ModelRequest): ReturnType<typeof culpritOf> {
  const [plain] = compileTools(sending.platform.dialect, [FIND_TOOLS]).tools
  return (
    plain && culpritOf(request.tools, plain, tools => accepts(sending, { ...request, tools: [...tools] }))
  )
}

/** Whether a request is accepted; an accepted one is cancelled at its first event. */
async function accepts(sending: Sending, request: ModelRequest): Promise<boolean> {
  sending.requests++
  const own = new AbortController()
  const signal = AbortSignal.any([sending.signal, own.signal])
  const events = sending.platform.stream(request, signal)[Symbol.asyncIterator]()
  try {
    await events.next()
    return true
  } catch (error) {
    if (sending.signal.aborted || !isRefusal(error)) throw error
    return false
  } finally {
    own.abort()
    // Not awaited: a platform that hangs would block the turn.
    void Promise.resolve(events.return?.()).catch(() => {})
  }
}

function isRefusal(error: unknown): error is PlatformFault {
  return error instanceof PlatformFault && error.kind === 'bad_request'
}
