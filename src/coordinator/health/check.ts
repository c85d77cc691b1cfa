// One tiny question with one tool to each model, only when a person asks for it: it costs money.

import type { Cost } from '../../base/money.ts'
import { TIMEOUTS } from '../../base/timeouts.ts'
import { gate } from '../../base/waiting/gate.ts'
import type { PlatformSettings } from '../../config/project.ts'
import type { ModelCall, ModelRequest, PlatformFault, PlatformFaultKind } from '../../platforms/platform.ts'
import { recordAttempt, startAttempt } from '../attempt.ts'
import type { Asker, Core } from '../core.ts'
import { follow } from '../follow.ts'
import { openBill, type Running } from '../money/bill.ts'
import { causeOf, type FailureCause } from '../route/policy.ts'
import type { Route } from '../route/routes.ts'

export interface ModelCheck {
  route: Route
  answers: boolean
  /** `unknown`: it did not answer, or its output ended first. */
  calls: 'yes' | 'wrong-arguments' | 'no' | 'unknown'
  /** Why it does not answer, or does not call tools. */
  fault: FailureCause | undefined
  /** Milliseconds of the last request; the first is undefined without any text or call. */
  firstTokenMs: number | undefined
  tookMs: number
  cost: Cost
}

/** Each route has its own request; more would slow each other down. */
const AT_ONCE = 4

/**
 * Asks every route, paused ones too, and records the requests like those of a question. Throws a SupportError `refused` if a
 * spending limit is reached, and rejects when the signal aborts.
 */
export async function checkModels(
  core: Core,
  routes: readonly Route[],
  options: { customer: Asker['customer']; running: Running; signal: AbortSignal },
): Promise<ModelCheck[]> {
  const { customer, running, signal } = options
  const pass = gate(AT_ONCE)
  const askerFor = (): Asker => ({
    customer,
    conversation: 'check',
    question: 'check',
    purpose: 'check',
    bill: openBill(running),
  })
  core.checkBudget(askerFor())
  const small: Core = {
    ...core,
    opened: route => core.opened({ ...route, platform: bounded(route.platform) }),
  }
  return Promise.all(routes.map(route => pass(signal, () => checkModel(small, route, askerFor(), signal))))
}

/** A call takes some 50 tokens. Models think first, and theirs count too. */
const MOST_TOKENS = 1_000

function bounded(platform: PlatformSettings): PlatformSettings {
  const { output, timeouts } = platform
  return {
    ...platform,
    output: { ...output, mostTokens: Math.min(output.mostTokens ?? MOST_TOKENS, MOST_TOKENS) },
    // A server that loads its model first may be given more time for the first event.
    timeouts: { ...timeouts, turn: Math.max(TIMEOUTS.modelCheck, timeouts.first ?? 0) },
  }
}

const WORD = 'ready'
const TOOL = {
  name: 'report_word',
  description: 'Reports a word.',
  inputSchema: { type: 'object', properties: { word: { type: 'string' } }, required: ['word'] },
}
const REQUEST: ModelRequest = {
  system: 'This is a test of the connection. Do what you are asked, and nothing else.',
  messages: [{ role: 'user', text: `Call ${TOOL.name} with the word "${WORD}".` }],
  tools: [TOOL],
}
const WITHOUT_TOOLS: ModelRequest = {
  ...REQUEST,
  messages: [{ role: 'user', text: `Answer with the word "${WORD}".` }],
  tools: [],
}

/** Errors that may be about the tool rather than about the model. */
const ABOUT_TOOLS: readonly PlatformFaultKind[] = ['unsupported', 'bad_request', 'rejected']

async function checkModel(core: Core, route: Route, asker: Asker, signal: AbortSignal): Promise<ModelCheck> {
  const first = await askOnce(core, route, { asker, signal, request: REQUEST })
  const result = { route, cost: asker.bill.spent().cost, ...timesOf(first) }
  if (!first.fault) return { ...result, answers: true, calls: callsOf(first), fault: undefined }
  const fault = causeOf(first.fault)
  if (!ABOUT_TOOLS.includes(fault.kind)) return { ...result, answers: false, calls: 'unknown', fault }
  // What it does without tools says nothing about questions, which have some.
  const breakers = { ...core.breakers, succeeded() {}, failed() {} }
  const second = await askOnce({ ...core, breakers }, route, { asker, signal, request: WITHOUT_TOOLS })
  const { cost } = asker.bill.spent()
  if (second.fault) return { ...result, answers: false, calls: 'unknown', fault, cost }
  return { ...result, ...timesOf(second), answers: true, calls: 'no', fault, cost }
}

interface Reply {
  calls: ModelCall[]
  isCut: boolean
  fault: PlatformFault | undefined
  firstTokenMs: number | undefined
  tookMs: number
}

async function askOnce(
  core: Core,
  route: Route,
  { asker, signal, request }: { asker: Asker; signal: AbortSignal; request: ModelRequest },
): Promise<Reply> {
  const attempt = await startAttempt(core, asker, { route, rule: 'check' }, platform =>
    platform.stream(request, signal),
  )
  const events = follow(core, asker, attempt, request)
  let step = await events.next()
  while (!step.done) step = await events.next()
  const times = { firstTokenMs: attempt.firstTokenMs, tookMs: performance.now() - attempt.began }
  const ending = step.value
  if (ending.kind === 'failed') {
    const { kind, usage, isUsagePartial } = ending.fault
    await recordAttempt(core, asker, attempt, { outcome: kind, usage, isUsagePartial, request })
    signal.throwIfAborted()
    return { calls: [], isCut: false, fault: ending.fault, ...times }
  }
  const calls = ending.calls.flatMap(event => (event.type === 'call' ? [event.call] : []))
  return { calls, isCut: ending.finish.reason === 'length', fault: undefined, ...times }
}

function timesOf({ firstTokenMs, tookMs }: Reply): Pick<ModelCheck, 'firstTokenMs' | 'tookMs'> {
  return { firstTokenMs, tookMs }
}

function callsOf({ calls, isCut }: Reply): ModelCheck['calls'] {
  const call = calls.find(one => one.name === TOOL.name)
  if (!call) return calls.length === 0 && isCut ? 'unknown' : calls.length > 0 ? 'wrong-arguments' : 'no'
  const word = call.args?.word
  return typeof word === 'string' && word.toLowerCase().includes(WORD) ? 'yes' : 'wrong-arguments'
}
