import { join } from 'node:path'
import { loginName } from '../../../../access/login.ts'
import { LOCAL } from '../../../../access/principal.ts'
import { SupportError } from '../../../../base/errors.ts'
import { auditFolderIn } from '../../../../store/audit/files.ts'
import { type AuditPerson, erasePerson, peopleIn } from '../../../../store/audit/people.ts'
import {
  customerCounts,
  customersWithTranscripts,
  eraseCustomer,
  erasePersonIn,
  personIn,
} from '../../../../store/transcripts/removal/erase.ts'
import type { RemovedCounts } from '../../../../store/transcripts/removal/remove.ts'
import { eraseUsage, usageCount } from '../../../../store/usage-removal.ts'
import { type KeptPlace, subjectOf } from '../found.ts'
import { countsText } from '../purge.ts'
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
  const usage = join(folder, 'usage.db')
  return {
    question: `Erase all that is kept of ${name}: ${countsText(counts)}, ${usageCount(usage, { customer: id })} usage records?`,
    apply() {
      // Anew: a chat may have begun while the person was asked.
      const counts = customerCounts(folder, id)
      eraseCustomer(folder, id)
      const requests = eraseUsage(usage, { customer: id })
      return { erased: { customer: id }, at: new Date().toISOString(), ...counts, requests, pseudonyms: [] }
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
    customersWithTranscripts(folder).map(id => ({ id, doomed: personIn(folder, id, person) }))
  const found = find()
  const conversations = found.flatMap(one => one.doomed.ids)
  const lines = found.flatMap(one => one.doomed.lines)
  if (people.length + conversations.length + lines.length === 0)
    throw new SupportError('usage', `nothing is kept of a person "${word.slice(0, 80)}"`, {
      hint: 'use the name of a user of this machine, or run `supportmax audit tail` to see who is in the audit record',
    })
  const results = found.flatMap(one => one.doomed.files)
  const counts = { conversations: conversations.length, lines: lines.length, results: results.length }
  const names = people.map(one => one.name).join(', ')
  return {
    question: `Erase all that is kept of ${word}: ${countsText(counts)}${names && `, and the name of ${names} in the audit record`}?`,
    apply() {
      // Anew: a chat may have begun while the person was asked.
      const now = find()
      const removed = now.map(({ id, doomed }) => erasePersonIn(folder, id, doomed))
      const conversations = now.flatMap(one => one.doomed.ids)
      const requests = eraseUsage(join(folder, 'usage.db'), { conversations })
      for (const one of people) erasePerson(audit, one)
      const pseudonyms = people.map(one => one.pseudonym)
      return { erased: { person: word }, at: new Date().toISOString(), ...sum(removed), requests, pseudonyms }
    },
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
  const total = { conversations: 0, lines: 0, results: 0 }
  for (const one of all) {
    total.conversations += one.conversations
    total.lines += one.lines
    total.results += one.results
  }
  return total
}
