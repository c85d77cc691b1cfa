// The search in what was typed for this customer before (Ctrl+R), as a value.

import { cleanLine } from '../../../base/text/terminal-text.ts'
import { type Edit, type Editor, EMPTY, edit } from '../line/editor.ts'
import type { List } from './list.ts'

export interface Search {
  query: Editor
  list: List | undefined
}

/** More rows need a longer query. */
const MOST_FOUND = 200

/** @param history oldest first */
export function searched(history: readonly string[], query: Editor = EMPTY): Search {
  const wanted = query.text.toLowerCase()
  const found = new Set<string>()
  for (let at = history.length - 1; at >= 0 && found.size < MOST_FOUND; at--) {
    const line = history[at] ?? ''
    if (line.toLowerCase().includes(wanted)) found.add(line)
  }
  const rows = [...found].map(value => ({ value, label: cleanLine(value), summary: '', isWhole: false }))
  const completion = { from: 0, to: query.text.length, about: 'history', rows, isOpenEnded: false }
  return { query, list: rows.length > 0 ? { completion, chosen: 0, isPicked: false } : undefined }
}

/** After a key on the query; the other edits are for the line. */
export function searchedBy(history: readonly string[], { query }: Search, change: Edit): Search {
  const isOne = !['up', 'down', 'older', 'newer'].includes(change.type)
  return isOne ? searched(history, edit(query, change)) : searched(history, query)
}
