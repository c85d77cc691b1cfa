import { join } from 'node:path'
import { loginName } from '../../../../access/login.ts'
import { LOCAL } from '../../../../access/principal.ts'
import { SupportError } from '../../../../base/errors.ts'
import { counted } from '../../../../base/text/amounts.ts'
import { auditFolderIn } from '../../../../store/audit/files.ts'
import { type AuditPerson, erasePerson, peopleIn } from '../../../../store/audit/people.ts'
import {
  customerCounts,
  eraseCustomer,
  erasePersonIn,
  personIn,
} from '../../../../store/transcripts/removal/erase.ts'
import { customersWithTranscripts } from '../../../../store/transcripts/removal/places.ts'
import { countsOf, type RemovedCounts } from '../../../../store/transcripts/removal/remove.ts'
import { eraseUsage, type UsageOf, usageCount } from '../../../../store/usage-removal.ts'
import { type KeptPlace, subjectOf } from '../found.ts'
import { countsText, stillRead } from '../purge.ts'
import { eachOf, type Unusable, unusableFrom } from '../unusable.ts'
import type { Receipt } from './receipt.ts'

/** What would be erased, and how. Nothing is changed before `apply`. */
export interface Erasure {
  question: string
  apply(): Receipt
}

export function customerErasure(app: KeptPlace, word: string): Erasure {
  const { id, name } = subjectOf(app, word)
  const { folder } = app.stack.state
  const counts = customerCounts(folder, id)
  return {
    question: `Erase all that is kept of ${name}: ${counts ? countsText(counts) : 'a damaged file'}, ${usageWords(folder, { customer: id })}?`,
    apply() {
      // Anew: a chat may have begun while the person was asked.
      const counts = customerCounts(folder, id)
      const left = eraseCustomer(folder, id)
      const { requests, notErased } = usageErased(folder, { customer: id })
      return {
        erased: { customer: id },
        at: new Date().toISOString(),
        ...(counts ?? NONE),
        damaged: counts === undefined,
        requests,
        pseudonyms: [],
        notErased: [...(left === undefined ? [] : [stillRead(left)]), ...notErased],
      }
    },
  }
}

/** A person is a user of the operating system, whose calls the audit record has as those of this machine, or one of the record. */
export function personErasure({ stack }: Pick<KeptPlace, 'stack'>, word: string): Erasure {
  const { folder } = stack.state
  const audit = auditFolderIn(folder)
  const people = peopleIn(audit).filter(one => isPerson(one, word))
  const named = people.find(one => isNamed(one, word))
  const person = { login: word, ...(named && { id: named.id }) }
  const find = () =>
    eachOf(
      customersWithTranscripts(folder).map(id => ({ id })),
      ({ id }) => ({ id, doomed: personIn(folder, id, person) }),
    )
  const { done: found, unusable } = find()
  const conversations = found.flatMap(one => one.doomed.ids)
  const lines = found.flatMap(one => one.doomed.lines)
  const [hidden] = unusable
  // A wrong name must not erase what may be of others.
  const orphans = word === loginName() ? found.flatMap(one => one.doomed.orphans) : []
  const isNobody = people.length + conversations.length + lines.length + orphans.length === 0
  if (isNobody && hidden) throw new SupportError('failed', hidden.reason, { hint: hidden.hint })
  if (isNobody)
    throw new SupportError('usage', `nothing is kept of a person "${word.slice(0, 80)}"`, {
      hint: 'use the name of a user of this machine, or run `supportmax audit tail` to see who is in the audit record',
    })
  const counts = sum(found.map(one => countsOf(one.doomed)))
  const names = people.map(one => one.name).join(', ')
  return {
    question: `Erase all that is kept of ${word}: ${countsText(counts)}${names && `, and the name of ${names} in the audit record`}?`,
    apply() {
      // Anew: a chat may have begun while the person was asked.
      const now = find()
      const { done: removed, unusable } = eachOf(now.done, ({ id, doomed }) =>
        erasePersonIn(folder, id, doomed),
      )
      const conversations = now.done.flatMap(one => one.doomed.ids)
      const { requests, notErased } = usageErased(folder, { conversations })
      for (const one of people) erasePerson(audit, one)
      return {
        erased: { person: word },
        at: new Date().toISOString(),
        ...sum(removed),
        damaged: false,
        requests,
        pseudonyms: people.map(one => one.pseudonym),
        notErased: [
          ...now.unusable,
          ...unusable,
          ...removed.flatMap(one => (one.leftIn === undefined ? [] : [stillRead(one.leftIn)])),
          ...notErased,
        ],
      }
    },
  }
}

const NONE: RemovedCounts = { conversations: 0, lines: 0, results: 0 }

function usageFile(folder: string): string {
  return join(folder, 'usage.db')
}

function usageWords(folder: string, of: UsageOf): string {
  try {
    return counted(usageCount(usageFile(folder), of), 'usage record')
  } catch {
    return 'usage records'
  }
}

/** A damaged usage.db keeps nobody from erasing the rest. */
function usageErased(folder: string, of: UsageOf): { requests: number; notErased: Unusable[] } {
  try {
    const { requests, leftIn } = eraseUsage(usageFile(folder), of)
    return { requests, notErased: leftIn === undefined ? [] : [stillRead(leftIn)] }
  } catch (error) {
    return { requests: 0, notErased: [unusableFrom('usage records', error)] }
  }
}

/** The state folder belongs to one user of the operating system, whose calls are those of this machine. */
function isPerson(person: AuditPerson, word: string): boolean {
  return isNamed(person, word) || (person.id === LOCAL.id && word === loginName())
}

function isNamed({ id, name, pseudonym }: AuditPerson, word: string): boolean {
  return [id, name, pseudonym].includes(word)
}

function sum(all: readonly RemovedCounts[]): RemovedCounts {
  const total = { ...NONE }
  for (const one of all) {
    total.conversations += one.conversations
    total.lines += one.lines
    total.results += one.results
    if (one.orphans !== undefined) total.orphans = (total.orphans ?? 0) + one.orphans
  }
  return total
}
