import { reasonOf } from '../base/errors.ts'
import { type ModelRequest, type Platform, PlatformFault, type Usage } from '../platforms/platform.ts'
import type { CrossCheck } from './events.ts'
import { streamTurn, type Turn } from './turn.ts'
import { sumCost, sumUsage } from './usage.ts'

/** Who can answer beside the platform that has answered, and who compares. */
export interface Witnesses {
  /** One model of each platform. */
  peers(answered: string): Platform[]
  judge(answered: readonly string[]): Platform
}

export interface CrossChecking {
  witnesses: Witnesses
  /** What the judge is told to do. */
  instructions: string
  /** The last turn's request: the question with all results of the tools. */
  request: ModelRequest
  answer: { platform: string; model: string; text: string }
  signal: AbortSignal
}

interface Said {
  platform: string
  model: string
  text: string
  failed: string | undefined
  usage: Usage | undefined
  costUsd: number | undefined
}

/**
 * The peers answer from the same results, without a tool being run again, and one platform compares. Never throws:
 * what could not be compared is told as such, and the answer stands, also where a deadline or a person ended it.
 */
export async function crossCheck(checking: CrossChecking, peers: readonly Platform[]): Promise<CrossCheck> {
  try {
    return await checked(checking, peers)
  } catch (error) {
    const comparison = checking.signal.aborted
      ? 'it was ended before the others had answered'
      : `it failed: ${reasonOf(error)}`
    const answers = [{ ...checking.answer, failed: undefined }]
    return { answers, judge: undefined, verdict: 'unclear', comparison, usage: undefined, costUsd: undefined }
  }
}

async function checked(checking: CrossChecking, peers: readonly Platform[]): Promise<CrossCheck> {
  const first: Said = { ...checking.answer, failed: undefined, usage: undefined, costUsd: 0 }
  const noCalls: ModelRequest = { ...checking.request, toolChoice: 'none' }
  const others = await Promise.all(peers.map(one => said(one, noCalls, checking.signal)))
  const answers = [first, ...others]
  const whole = answers.filter(one => one.failed === undefined)
  const verdict = whole.length < 2 ? nobody(others) : await judged(checking, whole)
  const paid = [...others, ...(verdict.said ? [verdict.said] : [])]
  return {
    answers: answers.map(({ platform, model, text, failed }) => ({ platform, model, text, failed })),
    judge: verdict.said && { platform: verdict.said.platform, model: verdict.said.model },
    verdict: verdict.verdict,
    comparison: verdict.comparison,
    usage: paid.reduce<Usage | undefined>((sum, one) => sumUsage(sum, one.usage), undefined),
    costUsd: paid.reduce<number | undefined>((sum, one) => sumCost(sum, one.costUsd), 0),
  }
}

interface Verdict extends Pick<CrossCheck, 'verdict' | 'comparison'> {
  said?: Said
}

function nobody(others: readonly Said[]): Verdict {
  const comparison =
    others.length === 0
      ? 'no second platform was there to ask: one that this customer allows, with its key, and not shut out by --platform'
      : 'no other platform could answer'
  return { verdict: 'unclear', comparison }
}

/** The judge is not told whose answers they are. */
async function judged(checking: CrossChecking, whole: readonly Said[]): Promise<Verdict> {
  const judge = checking.witnesses.judge(whole.map(one => one.platform))
  const texts = whole.map((one, i) => `<answer number="${i + 1}">\n${one.text}\n</answer>`).join('\n\n')
  const { request, instructions, signal } = checking
  const task = { role: 'user' as const, text: `${instructions}\n\n${texts}` }
  // Nothing between: the answers stand in the task, and two turns of the user in a row are one in every dialect.
  const messages = [...request.messages, { role: 'assistant' as const, text: '…', calls: [] }, task]
  const one = await said(judge, { ...request, messages, toolChoice: 'none' }, signal)
  if (one.failed !== undefined)
    return { verdict: 'unclear', comparison: `${one.platform} could not compare: ${one.failed}`, said: one }
  const [, word] = one.text.match(/^\W*VERDICT\W+(AGREE|DIFFER)/i) ?? []
  const comparison = one.text.replace(/^.*VERDICT.*\n?/i, '').trim()
  if (!word) return { verdict: 'unclear', comparison: one.text.trim(), said: one }
  return { verdict: word.toUpperCase() === 'AGREE' ? 'agree' : 'differ', comparison, said: one }
}

async function said(platform: Platform, request: ModelRequest, signal: AbortSignal): Promise<Said> {
  try {
    const turn = await lastOf(streamTurn(platform, request, signal))
    const { served, text, usage } = turn
    const who = { platform: served?.platform ?? platform.name, model: served?.model ?? platform.model }
    const failed = text.trim() ? undefined : 'it gave an empty answer'
    return { ...who, text, failed, usage, costUsd: turn.costUsd }
  } catch (error) {
    if (signal.aborted) throw error
    const name = error instanceof PlatformFault ? error.platform : platform.name
    const { model } = platform
    return { platform: name, model, text: '', failed: reasonOf(error), usage: undefined, costUsd: undefined }
  }
}

async function lastOf(turn: AsyncGenerator<unknown, Turn>): Promise<Turn> {
  for (;;) {
    const { value, done } = await turn.next()
    if (done) return value
  }
}

/** As Markdown, under the answer. */
export function crossCheckText(check: CrossCheck): string {
  const [first, ...others] = check.answers
  const who = (one: { platform: string; model: string }) => `${one.platform} (${one.model})`
  const failed = others.filter(one => one.failed !== undefined)
  const also = others.filter(one => one.failed === undefined)
  const head = {
    agree: `**Cross-check: they agree.** ${also.map(who).join(' and ')} answered from the same results.`,
    differ: `**Cross-check: they differ.** ${also.map(who).join(' and ')} answered differently from the same results.`,
    unclear: `**Cross-check: no verdict.** Take it as the word of ${first ? who(first) : 'one platform'} alone.`,
  }[check.verdict]
  const lines = [
    head,
    check.comparison,
    ...failed.map(one => `${who(one)} could not answer: ${one.failed}.`),
    check.judge && first ? `_${numbered([first, ...also].map(who))}; compared by ${who(check.judge)}._` : '',
  ]
  return lines.filter(Boolean).join('\n\n')
}

/** As the judge got them. */
function numbered(names: readonly string[]): string {
  return names.map((name, i) => `answer ${i + 1}: ${name}`).join('; ')
}
