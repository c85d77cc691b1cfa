import { asTyped } from '../../base/package-root.ts'
import { clean, cleanLine } from '../../base/text/terminal-text.ts'
import type { Item, Tone, View } from './view.ts'
import { inChat } from './words/hint.ts'

/** An item that has no place yet. */
export type Fresh = Item extends infer One ? (One extends Item ? Omit<One, 'id'> : never) : never

export function add(view: View, ...items: Fresh[]): View {
  const from = view.finished.length
  return {
    ...view,
    finished: [...view.finished, ...items.map((item, i) => ({ ...typed(item, view), id: from + i }) as Item)],
  }
}

/** With commands that work in another terminal, and use the same configuration. What a person asked to see stays as it is. */
function typed(item: Fresh, { command }: View): Fresh {
  if (item.kind !== 'note') return item
  const isAbout = item.tone === 'bad' || item.tone === 'warn'
  return {
    ...item,
    text: isAbout ? asTyped(item.text, command) : item.text,
    hint: item.hint && asTyped(item.hint, command),
  }
}

export function note(tone: Tone, text: string, hint?: string): Fresh {
  return { kind: 'note', tone, text: clean(text), hint: hint ? inChat(cleanLine(hint)) : undefined }
}
