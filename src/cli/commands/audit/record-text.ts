import { milliseconds } from '../../../base/text/amounts.ts'
import { stateWords } from '../../../base/text/state-words.ts'
import { cleanLine } from '../../../base/text/terminal-text.ts'
import { type AuditPerson, peopleIn } from '../../../store/audit/people.ts'
import type { AuditRecord } from '../../../store/audit/record.ts'

export type PersonNames = (pseudonym: unknown) => string

/** Names of people by their pseudonyms; an erased one keeps the pseudonym. */
export function peopleNames(folder: string): PersonNames {
  const names = new Map(peopleIn(folder).map(({ pseudonym, name }: AuditPerson) => [pseudonym, name]))
  return pseudonym => names.get(String(pseudonym)) ?? String(pseudonym)
}

/** `2026-11-26 21:00:00  laptop  acme  grafana__search  allow (rule 3)  answered  12 ms`. */
export function recordText(record: AuditRecord, nameOf: PersonNames): string {
  const { at, what, who, customer, server, tool, decision, rule, outcome, ms } = record
  const time = at.slice(0, 19).replace('T', ' ')
  if (who === undefined) return `${time}  ${cleanLine(eventText(record))}`
  const name = server === '' ? String(tool) : `${String(server)}__${String(tool)}`
  const ruled =
    decision === undefined ? '' : `${String(decision)}${rule === null ? '' : ` (rule ${String(rule)})`}`
  const came =
    what === 'start'
      ? ['sent']
      : [stateWords(String(outcome)), ...(what === 'call' && ms === 0 ? [] : [milliseconds(Number(ms))])]
  const parts = [time, nameOf(who), String(customer), name, ruled, ...came]
  return parts
    .filter(part => part !== '')
    .map(part => cleanLine(part))
    .join('  ')
}

function eventText({ what, lost, since, reason }: AuditRecord): string {
  if (what === 'gap') return `${String(lost)} not recorded since ${String(since)}`
  if (what === 'break') return `changed before this: ${String(reason)}`
  return what === 'torn' ? 'the line before is incomplete' : 'a new file'
}
