import { reasonOf } from '../../base/errors.ts'
import { type ModelRequest, type Platform, PlatformFault } from '../../platforms/platform.ts'
import type { CrossCheck } from '../events.ts'
import { wholeTurn } from './turn.ts'

/** The platforms of a cross-check: those that answer the question again, and the one that compares. */
export interface Witnesses {
  /** One model of each platform. */
  peers(answered: string): Platform[]
  judge(answered: readonly string[]): Platform
}

interface CrossChecking {
  witnesses: Witnesses
  /** The judge's instructions. */
  instructions: string
  /** The last turn's request: the question with all tool results. */
  request: ModelRequest
  answer: { platform: string; model: string; text: string }
  signal: AbortSignal
}

interface PeerAnswer {
  platform: string
  model: string
  text: string
  failed: string | undefined
}

/**
 * The peers answer from the same results, without running a tool again, and one platform compares. Never throws: the
 * answer stands even if the comparison fails, times out or is cancelled, and `comparison` says so.
 */
export async function crossCheck(checking: CrossChecking, peers: readonly Platform[]): Promise<CrossCheck> {
  try {
    return await compareWith(checking, peers)
  } catch (error) {
    const comparison = checking.signal.aborted
      ? 'cancelled before the other platforms had answered'
      : `the comparison failed: ${reasonOf(error)}`
    const answers = [{ ...checking.answer, failed: undefined }]
    return { answers, judge: undefined, verdict: 'unclear', comparison }
  }
}

async function compareWith(checking: CrossChecking, peers: readonly Platform[]): Promise<CrossCheck> {
  const first: PeerAnswer = { ...checking.answer, failed: undefined }
  const noCalls: ModelRequest = { ...checking.request, toolChoice: 'none' }
  const others = await Promise.all(peers.map(one => answerOf(one, noCalls, checking.signal)))
  const answers = [first, ...others]
  const whole = answers.filter(one => one.failed === undefined)
  const { verdict, comparison, judge } =
    whole.length < 2 ? notCompared(others) : await judged(checking, whole)
  return {
    answers: answers.map(({ platform, model, text, failed }) => ({ platform, model, text, failed })),
    judge: judge && { platform: judge.platform, model: judge.model },
    verdict,
    comparison,
  }
}

interface Comparison extends Pick<CrossCheck, 'verdict' | 'comparison'> {
  /** The judge's own answer. */
  judge?: PeerAnswer
}

function notCompared(others: readonly PeerAnswer[]): Comparison {
  const comparison =
    others.length === 0
      ? 'no second platform is available: it must be allowed for this customer, have a key, and not be excluded by --platform or /platform'
      : 'no other platform could answer'
  return { verdict: 'unclear', comparison }
}

/** The judge does not learn which platform gave which answer. */
async function judged(checking: CrossChecking, whole: readonly PeerAnswer[]): Promise<Comparison> {
  const judgePlatform = checking.witnesses.judge(whole.map(one => one.platform))
  const texts = whole.map((one, i) => `<answer number="${i + 1}">\n${one.text}\n</answer>`).join('\n\n')
  const { request, instructions, signal } = checking
  const task = { role: 'user' as const, text: `${instructions}\n\n${texts}` }
  // A placeholder turn between the two: every dialect merges two user turns in a row into one.
  const messages = [...request.messages, { role: 'assistant' as const, text: '…', calls: [] }, task]
  const judge = await answerOf(judgePlatform, { ...request, messages, toolChoice: 'none' }, signal)
  if (judge.failed !== undefined)
    return { verdict: 'unclear', comparison: `the comparison failed: ${judge.failed}` }
  const [, word] = judge.text.match(/^\W*VERDICT\W+(AGREE|DIFFER)/i) ?? []
  const comparison = judge.text.replace(/^.*VERDICT.*\n?/i, '').trim()
  if (!word) return { verdict: 'unclear', comparison: judge.text.trim(), judge }
  return { verdict: word.toUpperCase() === 'AGREE' ? 'agree' : 'differ', comparison, judge }
}

async function answerOf(platform: Platform, request: ModelRequest, signal: AbortSignal): Promise<PeerAnswer> {
  try {
    const turn = await wholeTurn(platform, request, signal)
    const { served, text } = turn
    const who = { platform: served?.platform ?? platform.name, model: served?.model ?? platform.model }
    const failed = text.trim() ? undefined : 'empty answer'
    return { ...who, text, failed }
  } catch (error) {
    if (signal.aborted) throw error
    const name = error instanceof PlatformFault ? error.platform : platform.name
    const { model } = platform
    return { platform: name, model, text: '', failed: reasonOf(error) }
  }
}

/** As Markdown, under the answer. */
export function crossCheckText(check: CrossCheck): string {
  const [first, ...others] = check.answers
  const failed = others.filter(one => one.failed !== undefined)
  const also = others.filter(one => one.failed === undefined)
  const head = {
    agree: `**Cross-check: they agree.** ${also.map(who).join(' and ')} answered from the same tool results.`,
    differ: `**Cross-check: they differ.** ${also.map(who).join(' and ')} gave a different answer from the same tool results.`,
    unclear:
      also.length === 0
        ? `**Cross-check: no verdict.** This answer comes from ${first ? who(first) : 'one platform'} alone.`
        : '**Cross-check: no verdict.** It is not known whether the answers agree.',
  }[check.verdict]
  const lines = [
    head,
    ...(check.verdict === 'unclear' ? uncomparedLines(check, also) : [check.comparison]),
    ...failed.map(one => `${who(one)} could not answer: ${one.failed}.`),
    check.verdict !== 'unclear' && check.judge && first
      ? `_${numbered([first, ...also].map(who))}; compared by ${who(check.judge)}._`
      : '',
  ]
  return lines.filter(Boolean).join('\n\n')
}

/** Why there is no verdict. Nobody compared the answers, so the others follow in full, each with its platform. */
function uncomparedLines({ answers, judge, comparison }: CrossCheck, also: CrossCheck['answers']): string[] {
  const [first] = answers
  const why = judge ? `${who(judge)} compared them without a verdict: ${comparison}` : sentence(comparison)
  if (!first || also.length === 0) return [why]
  return [
    why,
    `**Answer 1: ${who(first)}** gave the answer above.`,
    ...also.map((one, i) => `**Answer ${i + 2}: ${who(one)}**\n\n${one.text.trim()}`),
  ]
}

function who({ platform, model }: { platform: string; model: string }): string {
  return `${platform} (${model})`
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1) + (text.endsWith('.') ? '' : '.')
}

/** Numbered as the judge got them. */
function numbered(names: readonly string[]): string {
  return names.map((name, i) => `answer ${i + 1}: ${name}`).join('; ')
}
