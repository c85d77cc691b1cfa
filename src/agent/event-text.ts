// The wording of events that the chat and the headless chat share.

import { costText, costWords } from '../base/money.ts'
import { counted, milliseconds, seconds } from '../base/text/amounts.ts'
import { stateWords } from '../base/text/state-words.ts'
import { cleanLine } from '../base/text/terminal-text.ts'
import { asClause } from '../base/text/words.ts'
import type { LeftOut, Rerouted } from '../platforms/platform.ts'
import type { ToolOutcome, Toolset } from '../toolset/toolset.ts'
import type { AnswerCheck, Cancelled, Compacted, Failed, FinalAnswer } from './events.ts'

/** A message, and a hint to show on its own line. */
interface Notice {
  text: string
  hint: string | undefined
}

/**
 * `openai: 429 rate limit; partial answer discarded; asking anthropic instead (7 ms)`, or `…; asking again in 3 s`.
 */
export function reroutedText({ from, to, reason, discarded, switchMs, waitMs }: Rerouted): string {
  const partial = discarded ? '; partial answer discarded' : ''
  const took = switchMs === undefined ? '' : ` (${milliseconds(Math.round(switchMs))})`
  const next =
    waitMs === undefined
      ? `asking ${to} instead${took}`
      : `asking ${to === from ? 'again' : to} in ${seconds(waitMs)}`
  return `${from}: ${asClause(cleanLine(reason))}${partial}; ${next}`
}

/** What was left out of what the model gets, and the summary that replaces it. */
export function compactedText({ results, summary }: Compacted): string {
  const left = `${counted(results, 'earlier result')} ${results === 1 ? 'was' : 'were'} left out`
  const what = [
    results > 0 ? left : '',
    summary === undefined ? '' : 'the model continues from a summary',
  ].filter(Boolean)
  const head = `the conversation got too long for the model: ${what.join(', and ')}; all results can still be shown`
  return summary === undefined ? head : `${head}\n${summary}`
}

export const RETRACTED_TEXT = "that was the model's reasoning, not its answer"

/** A line for a list of tools that was narrowed, and one for each tool that the platform does not get. */
export function leftOutText({ platform, tools, narrowed }: LeftOut): string {
  const some = narrowed
    ? [`${platform} accepts ${narrowed.offered} of ${narrowed.of} tools at once; it searches for the others`]
    : []
  const left = tools.map(one => `${one.name} is not offered to ${platform}: ${cleanLine(one.reason)}`)
  return [...some, ...left].join('\n')
}

export function crossCheckingText(platforms: readonly string[]): string {
  return platforms.length === 0
    ? 'cross-check: no second platform is available'
    : `cross-check: asking ${platforms.join(' and ')}…`
}

/** `anthropic · claude-sonnet-5 · 3 turns · $0.0123 · simple -> cheap tier (…)`. */
export function answerText({ platform, model, turns, spent, rule }: FinalAnswer): string {
  const parts = [
    platform,
    model,
    counted(turns, 'turn'),
    ...(spent ? [spent.cost.usd === 0 ? costText(spent.cost) : costWords(spent.cost)] : []),
  ]
  return [...parts, ...(rule && !/^(first|next) in order$/.test(rule) ? [rule] : [])].join(' · ')
}

const MOST_LISTED = 12

/** `not found in the results: 42, 97 %`, and the citations of calls that there never were. */
export function doubtTexts(check: AnswerCheck | undefined): string[] {
  const { unknown = [], unshown = [] } = check ?? {}
  return [
    ...(unknown.length > 0 ? [`cited, but there is no such result: ${someOf(unknown)}`] : []),
    ...(unshown.length > 0 ? [`not found in the results that the answer cites: ${someOf(unshown)}`] : []),
  ]
}

function someOf(doubted: readonly (string | number)[]): string {
  const more = doubted.length - MOST_LISTED
  return [...doubted.slice(0, MOST_LISTED), ...(more > 0 ? [`${more} more`] : [])].join(', ')
}

/** What a question without an answer cost; undefined if it cost nothing. */
export function lostText({ spent }: Failed | Cancelled): string | undefined {
  if (!spent) return undefined
  const { usd, unknown } = spent.cost
  if (usd === 0 && unknown === 0) return undefined
  return `this question cost ${costWords(spent.cost)}`
}

/** Whether there is something to say about a server: it is not ready, or it has a warning, such as an open door. */
export function isTroubled({ state, hint }: Pick<Toolset['missing'][number], 'state' | 'hint'>): boolean {
  return state !== 'ready' || hint !== ''
}

/**
 * `grafana is degraded: test call failed: …`; its tools are offered, and their calls will probably fail. Of a server that
 * is ready, only the warning: `grafana: 9 tools; …`.
 */
export function troubleNotice({ server, state, reason, hint }: Toolset['missing'][number]): Notice {
  const is = state === 'ready' ? '' : ` is ${stateWords(state)}`
  const why = reason === '' ? '' : `: ${cleanLine(reason)}`
  return { text: `${server}${is}${why}`, hint: cleanLine(hint) || undefined }
}

/** `alertmanager is unavailable (stopped): exit code 137`. */
export function missingNotice({ server, state, reason, hint }: Toolset['missing'][number]): Notice {
  const why = reason === '' ? '' : `: ${cleanLine(reason)}`
  return {
    text: `${server} is unavailable (${stateWords(state)})${why}`,
    hint: cleanLine(hint) || undefined,
  }
}

/** `alertmanager · list_alerts`; only the tool's name if no server offers it. */
export function callName({ server, tool }: { server: string; tool: string }): string {
  return [server, tool]
    .filter(Boolean)
    .map(one => cleanLine(one))
    .join(' · ')
}

/** `state=firing limit=20`. */
export function argumentsText(args: unknown): string {
  if (typeof args !== 'object' || args === null) return String(args ?? '')
  return Object.entries(args)
    .map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' ')
}

const MARKS: Record<ToolOutcome['kind'], string> = {
  answered: '✓',
  tool_error: '✗',
  failed: '✗',
  denied: '⊘',
  unknown_tool: '✗',
  cancelled: '–',
}

export function outcomeMark({ kind }: Pick<ToolOutcome, 'kind'>): string {
  return MARKS[kind]
}

/** For the model; the person who denied a call need not read it. */
export const DENIED_BY_PERSON = 'the engineer denied it'

/** Why a call failed, in the server's own words; without the tool's name, which the line of the call begins with. */
export function outcomeWords({ kind, text }: Pick<ToolOutcome, 'kind' | 'text'>): string {
  if (kind === 'answered' || (kind === 'cancelled' && text === kind)) return ''
  const words = cleanLine(
    text.replace(/^[\w-]+ (?:failed|was not run|is withheld|is left out): /, ''),
    LONGEST_WORDS,
  )
  return words === DENIED_BY_PERSON ? '' : words.replace(`${DENIED_BY_PERSON}: `, 'your reason: ')
}

/** A server's whole stack trace would push the answer off the screen. */
const LONGEST_WORDS = 1_000

/** `43 ms`, `43 ms, 40 of 3,812 lines`, `43 ms, truncated`, `denied`. */
export function outcomeEnding({
  kind,
  took,
  cutBytes,
  part = 'truncated',
}: Pick<ToolOutcome, 'kind' | 'took' | 'cutBytes'> & { part?: string | undefined }): string {
  if (kind === 'cancelled' || kind === 'denied') return kind
  return cutBytes ? `${milliseconds(took)}, ${part}` : milliseconds(took)
}
