// A note for the next shift.

import { redact } from '../../base/redact.ts'
import { customerTitle } from '../../config/project.ts'
import { momentText } from '../dry-run/period.ts'
import { doubtTexts } from '../event-text.ts'
import { withUnknownStruck } from '../evidence/citations.ts'
import { localTime } from '../evidence/times.ts'
import type { Consulted } from '../handover/consult.ts'
import { type MadeSilence, silencesIn } from '../handover/in-force.ts'
import { plainLine, quoted } from './markdown.ts'
import {
  answerOf,
  changeLine,
  changes,
  evidenceSection,
  findings,
  lines,
  list,
  openQuestions,
  type Reported,
  stillRunning,
  unchecked,
} from './report.ts'

export interface Handover extends Reported {
  /** What the model proposes; or why it proposes nothing. */
  next: Consulted | { reason: string }
  /** Its id, to continue it; undefined if it is not kept. */
  conversation: string | undefined
  /** What runs supportmax with this configuration. */
  command: string
}

/** What was changed and is still in force, next checks, open questions, findings, and how to continue. */
export function handoverText(handover: Handover): string {
  const { customer, story, now, person, conversation, command } = handover
  const [first] = story
  const begun = first ? ` The conversation began ${localTime(first.at)}.` : ''
  return lines(
    `# Handover: ${customerTitle(customer)}`,
    `Written ${localTime(now)} by ${person}.${begun}`,
    '## What was changed',
    ...asOfThen(list([...changed(handover), ...stillRunning(handover)])),
    '## Next',
    ...proposed(handover),
    '## What could not be checked',
    list(unchecked(handover)),
    '## Questions without an answer',
    list(openQuestions(handover)),
    '## Findings',
    ...orNothing(findings(handover, answerOf)),
    '## To continue',
    conversation === undefined
      ? `\`${command} chat ${customer.id}\``
      : `\`${command} chat ${customer.id} --resume ${conversation}\``,
    ...evidenceSection(handover),
  )
}

function orNothing(parts: string[]): string[] {
  return parts.length === 0 ? ['Nothing.'] : parts
}

function asOfThen(changes: string): string[] {
  const isAny = changes.startsWith('- ')
  return [
    changes,
    ...(isAny ? ['_As this conversation saw it: nothing was asked again for this note._'] : []),
  ]
}

/** Silences with their end first: they are still in force when the next shift begins. */
function changed(handover: Handover): string[] {
  const silences = silencesIn(handover.evidence)
  const others = changes(handover).filter(one => !silences.some(({ made }) => made === one))
  return [
    ...silences.map(one => `${stateOf(one, handover.now)}: ${changeLine(handover, one.made)}`),
    ...others.map(one => changeLine(handover, one)),
  ]
}

function stateOf({ until, after }: MadeSilence, now: Date): string {
  if (after?.isSure) return `${after.did} by [${after.number}]`
  const unless = after ? `, unless [${after.number}] ${after.did} it` : ''
  if (until === undefined) return `in force${unless}; its end is not known`
  const moment = momentText(until, now)
  return until > now ? `**in force until ${moment}**${unless}` : `ended ${moment}`
}

/** Checked like an answer: what it cites and there never was is struck out, and numbers without evidence are named. */
function proposed({ next }: Handover): string[] {
  if ('reason' in next) return [`_The model proposed nothing: ${plainLine(redact(next.reason))}._`]
  const { text, check, platform, model } = next
  const struck = withUnknownStruck(redact(text), one => !check.unknown.includes(one))
  return [
    `_Proposed by ${plainLine(`${platform} · ${model}`)}, from this conversation alone:_`,
    quoted(struck),
    ...doubtTexts(check).map(one => `_${one}_`),
  ]
}
