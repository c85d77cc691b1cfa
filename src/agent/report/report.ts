// A conversation as a Markdown document: an incident note, or all that was asked and answered.

import { redact, redactCutOff, withoutSecrets } from '../../base/redact.ts'
import { bytes, counted, milliseconds } from '../../base/text/amounts.ts'
import { type Customer, customerTitle } from '../../config/project.ts'
import { MAY_HAVE_RUN } from '../../toolset/toolset.ts'
import { alertTitle } from '../alerts/words.ts'
import { argumentsText, callName, doubtTexts } from '../event-text.ts'
import type { Failed } from '../events.ts'
import type { Evidence } from '../evidence/book.ts'
import { withUnknownStruck } from '../evidence/citations.ts'
import { localTime, timeRange } from '../evidence/times.ts'
import type { Episode } from '../story.ts'
import { codeLine, plainLine, quoted } from './markdown.ts'
import { missingLines } from './missing.ts'

export interface Reported {
  customer: Pick<Customer, 'id' | 'name' | 'environment'>
  story: readonly Episode[]
  evidence: readonly Evidence[]
  /** Servers that were not available, and why. */
  missing: readonly { server: string; reason: string }[]
  /** Who writes it. */
  person: string
  /** All customers: a note for one names no other one. */
  others?: readonly { id: string; name: string }[]
  now: Date
}

/** Questions, answers and evidence, in their order. */
export function conversationText(reported: Reported): string {
  const { customer, story, now } = reported
  return lines(
    `# ${customerTitle(customer)}`,
    `Saved ${localTime(now)}.`,
    ...story.flatMap(episode => [
      `## ${questionLine(episode)}`,
      wholeQuestion(episode),
      `_Asked ${localTime(episode.at)}._`,
      answerOf(episode),
    ]),
    ...(reported.missing.length > 0 ? ['## What could not be checked', list(missingLines(reported))] : []),
    ...evidenceSection(reported),
  )
}

/** Timeline, findings, what could not be checked, and what was done. */
export function incidentText(reported: Reported): string {
  const { customer, story, now, person } = reported
  return lines(
    `# Incident note: ${customerTitle(customer)}`,
    `Written ${localTime(now)} by ${person}.`,
    '## Timeline',
    list(story.flatMap(episode => timeline(reported, episode))),
    '## Findings',
    ...findings(reported, answerOf),
    '## What could not be checked',
    list(unchecked(reported)),
    '## What was done',
    list([...done(reported), ...stillRunning(reported)]),
    ...evidenceSection(reported),
  )
}

export function findings({ story }: Reported, textOf: (episode: Episode) => string): string[] {
  return story
    .filter(one => one.end?.type === 'answer')
    .flatMap(one => [`**${questionLine(one)}**`, textOf(one)])
}

export function lines(...parts: string[]): string {
  return `${parts.filter(Boolean).join('\n\n')}\n`
}

export function list(items: readonly string[]): string {
  return items.length === 0 ? 'Nothing.' : items.map(item => `- ${item}`).join('\n')
}

const LONGEST_TITLE = 200

export function questionLine({ question, at }: Episode): string {
  return plainLine(redact(alertTitle(question, at)), LONGEST_TITLE)
}

/** Empty if its title says it all. */
function wholeQuestion({ question }: Episode): string {
  const isLong = question.length > LONGEST_TITLE || question.trim().includes('\n')
  return isLong ? quoted(redact(question)) : ''
}

export function answerOf({ end, begun = '' }: Episode): string {
  if (end === undefined) return '_No answer yet._'
  if (end.type !== 'answer') {
    const why = end.type === 'cancelled' ? 'Cancelled' : `No answer: ${failureOf(end)}`
    return [begun.trim() && quoted(redactCutOff(begun.trim())), `_${why}._`].filter(Boolean).join('\n\n')
  }
  const { text, check } = end
  // Calls that came later may have got the numbers that it made up.
  const struck = withUnknownStruck(redact(text), one => !check?.unknown.includes(one))
  return [quoted(struck), ...doubtTexts(check).map(one => `_${one}_`)].join('\n\n')
}

/** To follow `no answer`. */
function failureOf({ reason }: Failed): string {
  return plainLine(redact(reason)).replace(/^no answer: /, '')
}

function timeline({ evidence }: Reported, episode: Episode): string[] {
  const { at, calls } = episode
  const own = evidence.filter(one => calls.includes(one.number))
  return [
    `${timeOf(at)} asked: ${questionLine(episode)}`,
    ...own.map(one => `${timeOf(one.at)} ${callLine(one)}`),
  ]
}

export function timeOf(at: Date): string {
  return `${at.toISOString().slice(11, 19)} UTC`
}

function callLine(evidence: Evidence): string {
  const { number, kind, took } = evidence
  return `[${number}] ${nameOf(evidence)}: ${kind === 'answered' ? 'answered' : kind.replace('_', ' ')} in ${milliseconds(took)}`
}

export function unchecked(reported: Reported): string[] {
  const { story, evidence } = reported
  const failed = evidence.filter(
    ({ kind, isWrite }) => kind !== 'answered' && !(isWrite && kind === 'denied'),
  )
  const doubts = story.flatMap(({ end }) => (end?.type === 'answer' ? doubtTexts(end.check) : []))
  return [
    ...missingLines(reported),
    ...failed.map(one => `${nameOf(one)}: ${plainLine(textOf(one), 200)}`),
    ...openQuestions({ story }),
    ...doubts,
  ]
}

/** Questions that have no answer, and why. */
export function openQuestions({ story }: Pick<Reported, 'story'>): string[] {
  return story.flatMap((episode, i) => unanswered(episode, story.slice(i + 1)))
}

/** Not of a question that was asked again and answered. */
function unanswered(episode: Episode, later: readonly Episode[]): string[] {
  const { question, end } = episode
  const isAnswered = later.some(one => one.question === question && one.end?.type === 'answer')
  if (end === undefined) return [`"${questionLine(episode)}" is still being answered`]
  if (end.type !== 'failed' || isAnswered) return []
  return [`no answer to "${questionLine(episode)}": ${failureOf(end)}`]
}

function done(reported: Reported): string[] {
  return changes(reported).map(one => changeLine(reported, one))
}

export function changeLine({ person }: Reported, one: Evidence): string {
  const call = `${nameOf(one)} ${argumentsOf(one)}`
  const outcome = [effect(one), ...allowedBy(one, person)].join('; ')
  return `${timeOf(one.at)} ${call} (${outcome}) [${one.number}]`
}

/** Nothing of a call that was cancelled before anybody allowed it. */
function allowedBy(one: Evidence, person: string): string[] {
  if (one.byPerson === undefined) return []
  if (one.byPerson) return [`allowed by ${person}`]
  return one.kind === 'cancelled' && !mayHaveRun(one) ? [] : ['allowed by the policy']
}

/** Its calls are known when they have ended. */
export function stillRunning({ story }: Reported): string[] {
  const isRunning = story.some(one => one.end === undefined)
  return isRunning ? ['a question is still running: what it does now is not in this note'] : []
}

/** The calls that may have changed something. */
export function changes({ evidence }: Reported): Evidence[] {
  return evidence.filter(one => one.isWrite && one.kind !== 'denied')
}

export function effect(one: Evidence): string {
  if (one.kind === 'answered') return 'done'
  if (mayHaveRun(one)) return 'unknown whether it was done'
  return one.kind === 'tool_error' ? 'the tool reported an error' : 'not done'
}

export function mayHaveRun(one: Evidence): boolean {
  return textOf(one).includes(MAY_HAVE_RUN)
}

/** A note is written also without a result that is not kept any more. */
function textOf(one: Evidence): string {
  try {
    return one.text()
  } catch {
    return 'the result is not kept any more'
  }
}

function nameOf(one: Evidence): string {
  return plainLine(callName(one))
}

function argumentsOf({ args }: Evidence): string {
  return codeLine(argumentsText(withoutSecrets(args)))
}

export function evidenceSection({ evidence }: Reported): string[] {
  if (evidence.length === 0) return []
  const items = evidence.map(one => {
    const range = timeRange(one.args, one.at)
    const parts = [
      argumentsOf(one),
      range ? `from ${range.from} to ${range.to}` : '',
      `called ${localTime(one.at)}`,
      one.kind === 'answered' ? bytes(one.size) : one.kind.replace('_', ' '),
      mayHaveRun(one) ? 'unknown whether it was done' : '',
    ]
    return `[${one.number}] ${nameOf(one)}: ${parts.filter(Boolean).join('; ')}`
  })
  return ['## Evidence', `${counted(evidence.length, 'tool call')}.`, list(items)]
}
