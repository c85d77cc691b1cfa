import type { QuestionPlan } from '../../../agent/explain.ts'
import { dollars } from '../../../base/money.ts'
import { clockTime, counted, seconds } from '../../../base/text/amounts.ts'
import { type Customer, customerTitle, type Strategy } from '../../../config/project.ts'
import type { AskedStep } from '../../../coordinator/explain.ts'
import type { Exclusion } from '../../../coordinator/route/exclusions.ts'
import { kindWords } from '../../../coordinator/route/policy.ts'
import { explainedText } from '../../error-text.ts'
import type { Layout } from '../../print/printer.ts'
import { wrappedProse } from '../../print/prose.ts'
import { type Column, type TableRow, tableText } from '../../print/table.ts'

export interface ExplainTextOptions extends Layout {
  customer: Customer
  strategy: Strategy
}

const ASKED: Column[] = [
  { head: 'WHEN' },
  { head: 'PLATFORM', least: 12 },
  { head: 'MODEL', least: 16 },
  { head: 'PRICE', align: 'right' },
]

const NOT_ASKED: Column[] = [
  { head: 'NOT ASKED', least: 12 },
  { head: 'MODEL', least: 16 },
  { head: 'WHY', least: 20 },
]

/** Who would be asked, then who would follow, who would not and why, and what the prices rest on. */
export function explainText(
  plan: QuestionPlan,
  { customer, strategy, ...layout }: ExplainTextOptions,
): string {
  const { steps, excluded, warnings, refusal } = plan
  const { style, width } = layout
  const prose = (text: string) => (width === undefined ? text : wrappedProse(text, width))
  // The same route again is no other one.
  const isChoice = new Set(steps.map(one => one.route)).size > 1
  const notes = [
    ...(steps.length > 0 ? [estimateText(plan, customer)] : []),
    ...(isChoice ? [ORDER_NOTE] : []),
    ...(strategy === 'cost_optimized' && isChoice ? [CACHE_NOTE] : []),
  ]
  const now = Date.now()
  return [
    customerTitle(customer),
    ...(refusal
      ? [explainedText({ message: style('yellow', refusal.message), hint: refusal.hint }, layout)]
      : []),
    ...warnings.map(text => style('yellow', prose(text))),
    ...(steps.length > 0 ? [tableText(ASKED, steps.map(askedRow), layout)] : []),
    ...crossCheckLines(plan).map(prose),
    ...(excluded.length > 0
      ? [
          '',
          tableText(
            NOT_ASKED,
            excluded.map(one => excludedRow(one, { customer, now })),
            layout,
          ),
        ]
      : []),
    ...(notes.length > 0 ? [''] : []),
    ...notes.map(text => style('dim', prose(text))),
  ].join('\n')
}

function askedRow({ route, rule, waitMs, cost, tooSmall }: AskedStep, at: number): TableRow {
  const size =
    tooSmall === undefined
      ? ''
      : `; likely too long for its context window of ${tooSmall.toLocaleString('en')} tokens`
  return {
    cells: [
      waitMs !== undefined ? `after about ${seconds(waitMs)}` : at === 0 ? 'first' : 'if that fails',
      route.platform.name,
      route.model,
      cost === undefined ? 'unknown' : rangeText(cost),
    ],
    // A second try has no other reason than the first one.
    reason: waitMs !== undefined && at > 0 ? '' : rule + size,
  }
}

function rangeText({ least, most }: { least: number; most: number }): string {
  const [low, high] = [dollars(least), dollars(most)]
  return low === high ? high : `${low} to ${high}`
}

function excludedRow(one: Exclusion, { customer, now }: { customer: Customer; now: number }): TableRow {
  return {
    cells: [one.platform, one.model ?? '-', exclusionText(one, now)],
    hint: exclusionHint(one, customer),
  }
}

export function exclusionText({ reason, until, kind = 'server', refusal }: Exclusion, now: number): string {
  switch (reason) {
    case 'disabled':
      return 'disabled in the configuration'
    case 'not-allowed':
      return "may not see this customer's data"
    case 'no-key':
      return refusal?.reason ?? 'key not set'
    case 'not-chosen':
      return 'another platform or model was chosen'
    case 'no-replacement':
      return 'never replaces another platform'
    case 'no-fallback':
      return 'no other platform is asked ("fallback_enabled")'
    case 'paused':
      return `paused until ${clockTime(until ?? now, now)} (${kindWords(kind)})`
  }
}

/** What to do about it; empty if nothing needs to be done. */
export function exclusionHint({ reason, platform, keyName, refusal }: Exclusion, customer: Customer): string {
  if (refusal) return refusal.hint
  if (reason === 'paused') return `run \`supportmax platforms reset ${platform}\` to ask it again at once`
  if (reason === 'no-key' && keyName !== undefined) return `set ${keyName}`
  if (reason === 'not-allowed')
    return `change "platforms_allowed" (now: ${customer.platformsAllowed?.join(', ') || 'none'})`
  return ''
}

function crossCheckLines({ crossCheck }: QuestionPlan): string[] {
  if (!crossCheck) return []
  const { peers, judge } = crossCheck
  return peers.length === 0
    ? ['no other platform can check the answer']
    : [
        `then ${peers.join(' and ')} ${peers.length === 1 ? 'answers' : 'answer'} too, and ${judge} compares the answers`,
      ]
}

const ORDER_NOTE =
  'this is the order after server errors; a wrong key or a used-up quota also rules out the other models of its platform'

const CACHE_NOTE =
  'a platform that still has the instructions and tools in its prompt cache may be cheaper, and come first'

/** What the prices are for, and what they rest on. */
function estimateText({ estimate, steps, isPastKnown }: QuestionPlan, customer: Customer): string {
  const { inputTokens, outputTokens, questions, requests } = estimate
  const tokens = `one request with about ${inputTokens.toLocaleString('en')} tokens in, ${outputTokens} out`
  const basis =
    questions === 0
      ? `instructions and question only: tools and their results come on top, and ${isPastKnown ? `${customer.id} has asked nothing in the last 30 days` : 'earlier questions are unknown'}`
      : `as in the last ${counted(questions, 'question')} of ${customer.id}, which took ${counted(requests ?? 1, 'request')} each`
  const isRange = steps.some(({ cost }) => cost && cost.least < cost.most)
  const cache = isRange ? '; the lower price is with instructions and tools in the prompt cache' : ''
  return `price: ${tokens} (${basis})${cache}`
}
