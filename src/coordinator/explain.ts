// What a question would do, without asking anybody: the same choice as for a real one, which is then not sent.

import { SupportError } from '../base/errors.ts'
import { type ModelRequest, PlatformFault } from '../platforms/platform.ts'
import type { Asker, Core } from './core.ts'
import type { CostRange, TurnRecord } from './figures/record.ts'
import { openBill } from './money/bill.ts'
import { cacheRule } from './money/cache-rules.ts'
import { tokensOfRequest } from './money/tokens.ts'
import { EXPECTED_OUTPUT, usageWith } from './money/warmth.ts'
import { uncountedText } from './notices.ts'
import { expectedCost, type Picked, pickFor, windowOf } from './pick.ts'
import { type Complexity, complexityOf } from './route/complexity.ts'
import { type Exclusion, exclusionsOf } from './route/exclusions.ts'
import { routingFor } from './route/rank.ts'
import type { Choice, Route } from './route/routes.ts'

/** One request that would be sent, if those before it failed. */
export interface AskedStep {
  route: Route
  rule: string
  /** Milliseconds before it is sent; undefined = at once. */
  waitMs: number | undefined
  /** US dollars: with its instructions and tools in the vendor's cache, and without. Undefined = unknown. */
  cost: CostRange | undefined
  /** Its context window in tokens, if the question is likely to be too long for it. */
  tooSmall: number | undefined
}

/** What the estimated tokens rest on. */
interface Estimate {
  inputTokens: number
  outputTokens: number
  /** The customer's earlier questions; 0: the instructions and the question alone, without any tool. */
  questions: number
  /** How many requests they usually took; undefined without any. */
  requests: number | undefined
}

export interface Explanation {
  complexity: Complexity
  estimate: Estimate
  /** What is asked first, and then, after a server error, next. */
  steps: AskedStep[]
  /** What is not asked now, and why. */
  excluded: Exclusion[]
  /** Limits that are nearly reached. */
  warnings: string[]
  /** Why nothing is asked: a limit that is reached, policy, or no platform that is ready. */
  refusal: SupportError | undefined
}

export interface Explaining extends Omit<Choice, 'customer' | 'platforms' | 'secretOf' | 'refusalOf'> {
  customer: Asker['customer']
  text: string
  isCritical: boolean
  /** The first request, without tools. */
  request: ModelRequest
  /** Earlier requests of this customer. */
  past: readonly TurnRecord[]
}

/** @param routesOf as for a real question */
export async function explainQuestion(
  core: Core,
  explaining: Explaining,
  {
    routesOf,
    secretOf,
    refusalOf,
  }: { routesOf(choice: Explaining): Route[] } & Pick<Choice, 'secretOf' | 'refusalOf'>,
): Promise<Explanation> {
  const { customer, text, isCritical, past } = explaining
  const asker: Asker = { customer, purpose: 'answer', conversation: '', question: '', bill: openBill() }
  const complexity = complexityOf(text, routingFor(core.routing, customer), isCritical)
  const { request, estimate } = estimated(explaining.request, past)
  const routes = orRefusal(() => routesOf(explaining))
  const warnings = orRefusal(() => [...core.checkBudget(asker).values()])
  const pick = { asker, routes: routes.value ?? [], complexity, order: undefined, sticky: undefined }
  const refusal = routes.refusal ?? warnings.refusal
  const steps = refusal ? [] : await stepsOf(core, pick, request)
  const uncounted = await Promise.all(steps.map(({ route }) => uncountedText(core, asker, route)))
  const choice = { ...explaining, platforms: core.platforms, secretOf, refusalOf }
  const excluded = exclusionsOf(choice, {
    routes: pick.routes,
    asked: steps.map(one => one.route),
    stateOf: core.breakers.state,
  })
  return {
    complexity,
    estimate,
    steps,
    excluded,
    warnings: [...(warnings.value ?? []), ...new Set(uncounted.filter(one => one !== undefined))],
    refusal,
  }
}

function orRefusal<T>(work: () => T): { value?: T; refusal?: SupportError } {
  try {
    return { value: work() }
  } catch (error) {
    if (error instanceof SupportError && error.code !== 'usage') return { refusal: error }
    throw error
  }
}

/** More than all routes and all tries. */
const MOST_STEPS = 100

/** The choice of a real turn in which every request ends with a server error. */
async function stepsOf(
  core: Core,
  options: Parameters<typeof pickFor>[1],
  request: ModelRequest,
): Promise<AskedStep[]> {
  // Waits are spread at random; this is their middle.
  const picks = await pickFor({ ...core, random: () => 0.5 }, options, request)
  const steps: AskedStep[] = []
  let picked: Picked | undefined = picks.first
  while (picked && steps.length < MOST_STEPS) {
    const { route, rule, waitMs } = picked
    const cost = await costRange(core, route, request)
    const window = windowOf(await core.prices(), route)
    const isTooSmall = window !== undefined && window < tokensOfRequest(request)
    steps.push({ route, rule, waitMs, cost, tooSmall: isTooSmall ? window : undefined })
    picked = await picks.after(picked, new PlatformFault(route.platform.name, 'server', ''))
  }
  return steps
}

async function costRange(core: Core, route: Route, request: ModelRequest): Promise<CostRange | undefined> {
  const { platform, model } = route
  if (platform.kind === 'demo') return { least: 0, most: 0 }
  const most = await expectedCost(core, route, request)
  const card = (await core.prices())(platform, model)
  if (most === undefined || !card) return undefined
  const owner = await core.cacheOwner(route)
  const expected = core.warmth.expected(owner, request, core.now())
  const rule = cacheRule(owner.vendor, owner.model)
  const head = tokensOfRequest({ ...request, messages: [] })
  const read = rule && head >= rule.fewestTokens ? Math.floor(head / rule.step) * rule.step : 0
  const warm = { input: expected.inputTokens, output: expected.outputTokens, read }
  return { least: Math.min(most, card.cost(usageWith(owner, warm))), most }
}

/** As many as tell what is usual. */
const MOST_QUESTIONS = 50

/** The request with as many tokens of tools as the customer's earlier questions had. */
function estimated(request: ModelRequest, past: readonly TurnRecord[]) {
  const answered = past.filter(one => one.purpose === 'answer' && one.outcome === 'ok' && one.usage)
  const questions = [...Map.groupBy(answered, one => one.question).values()].slice(-MOST_QUESTIONS)
  const firsts = questions.flatMap(([first]) => first?.usage?.inputTokens ?? [])
  const known = tokensOfRequest(request)
  const inputTokens = Math.max(known, median(firsts) ?? 0)
  const padding = { name: '', description: 'x'.repeat((inputTokens - known) * 4), inputSchema: {} }
  const padded = inputTokens > known ? { ...request, tools: [padding] } : request
  const estimate: Estimate = {
    inputTokens: tokensOfRequest(padded),
    outputTokens: EXPECTED_OUTPUT,
    questions: firsts.length,
    requests: median(questions.map(some => some.length)),
  }
  return { request: padded, estimate }
}

function median(numbers: readonly number[]): number | undefined {
  return numbers.toSorted((a, b) => a - b)[Math.floor((numbers.length - 1) / 2)]
}
