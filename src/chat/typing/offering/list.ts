// The list under the line being typed: what it can be completed to, and which row is chosen. As values.

import type { Completion, CompletionRow } from '../../commands/completion/completion.ts'
import type { Editor } from '../line/editor.ts'

/** What a person did with the list. */
export interface Choosing {
  /** The row that was chosen with a key, for the text as it was then. */
  row: number | undefined
  text: string
  /** What the list is closed, and what it was opened for. */
  closed: string | undefined
  opened: string | undefined
}

export const NOT_CHOOSING: Choosing = { row: undefined, text: '', closed: undefined, opened: undefined }

export interface List {
  completion: Completion
  /** Index of the row that Enter takes. */
  chosen: number | undefined
  /** Whether a key chose it. */
  isPicked: boolean
}

/** The list that is open under the line. A recalled line has none: its arrow keys go on through the history. */
export function listUnder(
  line: Editor,
  completion: Completion | undefined,
  choosing: Choosing,
): List | undefined {
  if (!completion || line.at !== undefined || completion.about === choosing.closed) return undefined
  // A word in a question is completed only on demand.
  if (completion.about === 'word' && choosing.opened !== 'word') return undefined
  const isPicked = choosing.row !== undefined && choosing.text === line.text
  const chosen = isPicked ? choosing.row : likeliest(completion, line.text)
  return { completion, chosen, isPicked }
}

/** A command is always chosen; a value only if no other one can be meant. */
function likeliest({ about, rows, from, to, isOpenEnded }: Completion, text: string): number | undefined {
  if (about === '/') {
    const exact = rows.findIndex(one => one.value.trim() === text.toLowerCase())
    return exact < 0 ? 0 : exact
  }
  return rows.length === 1 && to > from && !isOpenEnded ? 0 : undefined
}

/** The row that is `step` further, round about. */
export function stepped({ completion: { rows }, chosen }: List, step: 1 | -1): number {
  if (chosen === undefined) return step === 1 ? 0 : rows.length - 1
  return (chosen + step + rows.length) % rows.length
}

export function chosenRow({ completion, chosen }: List): CompletionRow | undefined {
  return chosen === undefined ? undefined : completion.rows[chosen]
}

/** What all rows begin with, if it is more than what is typed. */
export function commonBeginning({ rows, from, to }: Completion, text: string): string | undefined {
  const typed = text.slice(from, to)
  const words = rows.map(one => one.value)
  const [first = ''] = words
  let length = first.length
  for (const word of words) while (!word.startsWith(first.slice(0, length))) length--
  const shared = first.slice(0, length)
  return length > typed.length && shared.toLowerCase().startsWith(typed.toLowerCase()) ? shared : undefined
}
