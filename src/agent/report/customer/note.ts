// A note that can be sent to the customer as it is: recorded facts, and sentences of the answers that cited results prove.

import { isRecord } from '../../../base/records.ts'
import { redact } from '../../../base/redact.ts'
import { counted } from '../../../base/text/amounts.ts'
import { alertsIn, shownLabel } from '../../alerts/find.ts'
import type { PastedAlert } from '../../alerts/formats/pasted.ts'
import { matchersIn } from '../../dry-run/matchers.ts'
import type { Evidence } from '../../evidence/book.ts'
import { silencesIn } from '../../handover/in-force.ts'
import type { Episode } from '../../story.ts'
import { plainLine } from '../markdown.ts'
import { changes, effect, lines, list, mayHaveRun, type Reported } from '../report.ts'
import { withoutAddresses } from './addresses.ts'
import { internalNames } from './internal.ts'
import { momentFor } from './moments.ts'
import { type Omission, type Proven, provenIn } from './proven.ts'

export interface CustomerNote {
  text: string
  /** What the engineer should know: what is not in it, and why. */
  about: string[]
}

/** Undefined if nothing can be said that is recorded or proven. */
export function customerNote(reported: Reported): CustomerNote | undefined {
  const isInternal = internalNames(reported)
  const found = provenIn(reported, isInternal)
  const done = doneLines(reported, isInternal)
  if (found.all.length + done.length === 0) return undefined
  const open = stillChecked(reported)
  const text = lines(
    `# Incident note: ${plainLine(reported.customer.name)}`,
    `As of ${momentFor(reported.now)}.`,
    '## What happened',
    list(happened(reported, isInternal)),
    '## What was found',
    ...(found.all.length === 0 ? ['Nothing that is proven yet.'] : []),
    ...byMinute(found.all).flatMap(([moment, sentences]) => [`As of ${moment}:`, list(sentences)]),
    '## What was done',
    done.length === 0 ? 'Nothing was changed.' : list(done),
    ...(open.length === 0 ? [] : ['## What is still being checked', list(open)]),
  )
  return { text: redact(text), about: aboutOf(found.leftOut, reported) }
}

function byMinute(found: Proven['all']): (readonly [moment: string, sentences: string[]])[] {
  return [...Map.groupBy(found, ({ at }) => momentFor(at))].map(
    ([moment, some]) => [moment, [...new Set(some.flatMap(one => one.sentences))]] as const,
  )
}

type IsInternal = (text: string) => boolean

/** Of an alert for each machine, no more than these. */
const MOST_ALERTS = 10
const LONGEST_NAME = 100

function happened({ story }: Reported, isInternal: IsInternal): string[] {
  const alerts = story.flatMap(({ question }) => alertsIn(question)?.alerts ?? [])
  const named = [...new Set(alerts.flatMap(one => alertLine(one, isInternal)))]
  const more = named.length - MOST_ALERTS
  const [first] = story
  return [
    ...named.slice(0, MOST_ALERTS),
    ...(more > 0 ? [`${counted(more, 'more alert')}`] : []),
    ...(first ? [`The investigation began on ${momentFor(first.at)}.`] : []),
  ]
}

function alertLine({ labels, state, startsAt }: PastedAlert, isInternal: IsInternal): string[] {
  const name = labels.get('alertname')
  if (name === undefined || isInternal(name)) return []
  const severity = labels.get('severity')
  const shown = (value: string) => plainLine(withoutAddresses(shownLabel(value, LONGEST_NAME)))
  const words = [
    `Alert ${shown(name)}`,
    ...(severity === undefined || isInternal(severity) ? [] : [shown(severity)]),
    [state ?? '', startsAt ? `since ${momentFor(startsAt)}` : ''].filter(Boolean).join(' '),
  ]
  return [`${words.filter(Boolean).join(', ')}.`]
}

/** Names no tool: of a silence, the note has the alert and the end; of any other change, only the time. */
function doneLines(reported: Reported, isInternal: IsInternal): string[] {
  const silences = silencesIn(reported.evidence)
  return changes(reported).flatMap(one => {
    const at = momentFor(one.at)
    if (mayHaveRun(one)) return [`${at}: a change was begun; whether it took effect is not known yet.`]
    if (effect(one) !== 'done') return []
    const silence = silences.find(({ made }) => made === one)
    if (!silence)
      return silences.some(({ after }) => after?.number === one.number) ? [] : [`${at}: a change was made.`]
    const end = silence.until ? ` until ${momentFor(silence.until)}` : ''
    const isOver = silence.until !== undefined && silence.until <= reported.now
    const { after } = silence
    const later = reported.evidence.find(other => other.number === after?.number)
    const undone = after?.isSure && later ? `; this was ${after.did} on ${momentFor(later.at)}` : ''
    const are = isOver || undone !== '' ? 'were' : 'are'
    return [`${at}: ${mutedIn(one, isInternal)} ${are} muted${end}${undone}.`]
  })
}

/** What a silence mutes: notifications of the alert that its matchers name, if they do. */
function mutedIn({ args }: Evidence, isInternal: IsInternal): string {
  const matchers = isRecord(args) ? matchersIn(args.matchers) : []
  const name = matchers.find(one => one.name === 'alertname' && one.operator === '=')?.value
  if (name === undefined || isInternal(name)) return 'notifications of some alerts'
  // Another matcher narrows it.
  const which = matchers.length > 1 ? 'some notifications' : 'notifications'
  return `${which} of alert ${plainLine(withoutAddresses(name), LONGEST_NAME)}`
}

function stillChecked(reported: Reported): string[] {
  const { evidence, missing, story } = reported
  const isRead = ({ isWrite, server }: Evidence) => !isWrite && server !== ''
  const failed = evidence.filter(one => isRead(one) && one.kind !== 'answered')
  const isAnsweredLater = (one: Evidence) =>
    evidence.some(
      other =>
        other.number > one.number &&
        other.server === one.server &&
        other.tool === one.tool &&
        other.kind === 'answered',
    )
  const isUnread = missing.length > 0 || failed.some(one => !isAnsweredLater(one))
  const unsure = changes(reported).filter(mayHaveRun)
  const open = story.filter((one, i) => isOpen(one, story.slice(i + 1))).length
  return [
    ...unsure.map(one => `Whether the change of ${momentFor(one.at)} took effect.`),
    ...(isUnread ? ['Some data could not be read yet.'] : []),
    ...(open > 0 ? [`${counted(open, 'question')} that ${open === 1 ? 'has' : 'have'} no answer yet.`] : []),
  ]
}

function isOpen({ question, end }: Episode, later: readonly Episode[]): boolean {
  if (end?.type === 'answer') return false
  return !later.some(one => one.question === question && one.end?.type === 'answer')
}

const WHY: Record<Omission, string> = {
  uncited: 'without a citation of a result',
  doubted: 'with a number or citation that the checks doubt',
  internal: 'with an internal name',
  spoken: 'with a question, or words to you',
}

function aboutOf(leftOut: readonly Omission[], reported: Reported): string[] {
  const counts = (Object.keys(WHY) as Omission[]).flatMap(why => {
    const count = leftOut.filter(one => one === why).length
    return count > 0 ? [`${count} ${WHY[why]}`] : []
  })
  const silences = silencesIn(reported.evidence)
  const unnamed = changes(reported).filter(
    one =>
      effect(one) === 'done' &&
      !silences.some(({ made, after }) => made === one || after?.number === one.number),
  ).length
  return [
    ...(counts.length > 0
      ? [`${counted(leftOut.length, 'sentence')} of the answers left out: ${counts.join(', ')}`]
      : []),
    ...(unnamed > 0
      ? [
          `${counted(unnamed, 'change')} only called "a change": say what ${unnamed === 1 ? 'it was' : 'they were'}`,
        ]
      : []),
  ]
}
