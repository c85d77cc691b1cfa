// The clients that `connect` knows.

import { SupportError } from '../../base/errors.ts'
import { didYouMean, oneLine } from '../../base/text/words.ts'
import type { ClientForm } from './client.ts'
import { EDITORS } from './table/editors.ts'
import { OTHERS } from './table/others.ts'
import { TERMINAL } from './table/terminal.ts'

export const CLIENTS: readonly ClientForm[] = [...TERMINAL, ...EDITORS, ...OTHERS]

/** The client of this id or title. Throws `usage` for another word. */
export function clientNamed(word: string): ClientForm {
  const wanted = word.trim().toLowerCase()
  const found = CLIENTS.find(({ id, title }) => id === wanted || title.toLowerCase() === wanted)
  if (found) return found
  const ids = CLIENTS.map(one => one.id)
  throw new SupportError('usage', `unknown client "${oneLine(word, 40)}"${didYouMean(wanted, ids)}`, {
    hint: 'run `supportmax connect` to list the clients',
  })
}
