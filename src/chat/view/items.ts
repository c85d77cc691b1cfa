import { clean, cleanLine } from '../../base/text/terminal-text.ts'
import type { Item, Tone, View } from './view.ts'
import { inChat } from './words/hint.ts'

/** An item that has no place yet. */
export type Fresh = Item extends infer One ? (One extends Item ? Omit<One, 'id'> : never) : never

export function add(view: View, ...items: Fresh[]): View {
  const from = view.finished.length
  return {
    ...view,
    finished: [...view.finished, ...items.map((item, i) => ({ ...item, id: from + i }) as Item)],
  }
}

export function note(tone: Tone, text: string, hint?: string): Fresh {
  return { kind: 'note', tone, text: clean(text), hint: hint ? inChat(cleanLine(hint)) : undefined }
}
