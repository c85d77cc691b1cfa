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
import { openLessons } from './refusal/lessons.ts'
import { openQuarantine, type Quarantine } from './refusal/quarantine.ts'
import { FIND_TOOLS } from './select/find.ts'

/** Most requests per turn, no matter how many tools are rejected; the next turn continues from what was learned. */
const MOST_REQUESTS = 64

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
    let plan = planOf(platform, request, options)
    const { memory } = options
    const lessons = openLessons({
      platform,
      memory,
      plain: plainFor(platform),
      accepts: tools => accepts(sending, { ...plan.request, tools: [...tools] }),
    })
    for (; ; plan = planOf(platform, request, options)) {
      sending.requests++
      const refusal = yield* streamed(sending, plan, options)
      if (!refusal) return
      const fault = await lessons.learn(plan.request.tools, refusal)
      if (fault || sending.requests >= MOST_REQUESTS) throw fault ?? refusal
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

/** find_tools, as this platform gets it. */
function plainFor({ dialect }: VendorPlatform): ToolSpec {
  return compileTools(dialect, [FIND_TOOLS]).tools[0] ?? FIND_TOOLS
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
  return error instanceof PlatformFault && (error.kind === 'bad_request' || error.kind === 'rejected')
}
