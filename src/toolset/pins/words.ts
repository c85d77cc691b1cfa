import { visible } from '../../base/text/terminal-text.ts'
import type { Comparison } from './judge.ts'
import type { PinLock } from './lock-file.ts'

/** Why a definition must not be used before a person has accepted it; undefined if it may be. */
export function withheldReason(comparison: Comparison, customer: string): string | undefined {
  const what = problemOf(comparison)
  return what && `${what}; review and accept it with \`supportmax tools accept ${customer}\``
}

/** The names of fields, but none of their text: a model reads this. */
function problemOf({
  state,
  kind,
  fields,
  formerName,
  deceptions,
  isTrusted,
}: Comparison): string | undefined {
  const flagged = deceptions.length > 0 ? ` (${deceptions.map(whereOf).join(', ')})` : ''
  switch (state) {
    case 'same':
      return undefined
    case 'changed':
      return kind === 'instructions'
        ? `the instructions have changed since they were pinned${flagged}`
        : `its definition has changed since it was pinned: ${[...new Set(fields.map(fieldWord))].join(', ')}${flagged}`
    case 'renamed':
      return `it is new, and has the definition of ${visible(formerName ?? '')}, which is no longer listed${flagged}`
    case 'gone':
      return 'it is pinned, but the server no longer lists it'
    default:
      if (flagged !== '') return `it is not pinned, because it may deceive${flagged}`
      if (!isTrusted) return 'it may change something, and is not pinned yet'
      return state === 'new' ? 'it is new on a server whose definitions are pinned' : undefined
  }
}

/** `name: looks like …` names another tool, whose name is the server's text. */
function whereOf(deception: string): string {
  if (deception.startsWith('name: looks like')) return 'name: looks like another tool'
  return deception.replace(/^[^:]*/, fieldWord)
}

/** The fields of the specification; the name of any other one could be a sentence. */
const FIELDS = new Set([
  ...['name', 'title', 'description', 'inputSchema', 'outputSchema', 'annotations', 'icons', '_meta'],
  ...['execution', 'arguments', 'uriTemplate', 'mimeType', 'instructions'],
])

function fieldWord(field: string): string {
  return FIELDS.has(field) ? field : 'another field'
}

/** Without a lock, nothing was accepted, so only what may deceive is worth a note. */
export function noteOn(
  { deceptions }: Comparison,
  reason: string,
  lock: PinLock['state'],
): { note?: string } {
  return lock === 'none' && deceptions.length === 0 ? {} : { note: reason }
}
