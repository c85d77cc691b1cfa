import type { KeptConversation } from './conversations.ts'

type Named = Pick<KeptConversation, 'id'>

const SHORTEST = 4

/** The beginning of its id that no other conversation of this customer has. */
export function shortId(id: string, all: readonly Named[]): string {
  let length = SHORTEST
  while (length < id.length && all.some(one => one.id !== id && one.id.startsWith(id.slice(0, length))))
    length++
  return id.slice(0, length)
}

/** The conversations whose id begins like this. Fewer letters name none: `7` is a number in a list. */
export function conversationsNamed<T extends Named>(word: string, all: readonly T[]): T[] {
  const wanted = word.toLowerCase()
  return wanted.length < SHORTEST ? [] : all.filter(one => one.id.startsWith(wanted))
}
