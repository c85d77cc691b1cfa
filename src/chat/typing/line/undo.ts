// What an edit leaves behind: the text before it, to undo it, and what it cut, to put it elsewhere.

interface Spot {
  text: string
  /** Index into text, always between two characters. */
  cursor: number
}

export interface Remembered extends Spot {
  /** What the last kills took. */
  cut: string
  /** The line before each of the last changes. */
  undo: readonly Spot[]
  /** The last edit. */
  last: string | undefined
}

const MOST_UNDO = 200

/** The line after an edit, with what has to be remembered of the line before. Letters of one word are undone together. */
export function remembered<T extends Remembered>(before: T, now: T, type: string): T {
  if (type === 'undo') return undone(before)
  if (type === 'submitted') return { ...now, undo: [], last: type }
  if (now.text === before.text) return { ...now, last: type }
  const { text, cursor, undo, last } = before
  const isSameWord = type === 'insert' && last === 'insert' && !/\s/.test(text.at(cursor - 1) ?? ' ')
  return {
    ...now,
    undo: isSameWord ? undo : [...undo.slice(-MOST_UNDO), { text, cursor }],
    cut: type.startsWith('kill') ? cutBy(before, now) : before.cut,
    last: type,
  }
}

/** Kills one after the other add up, as in a shell. */
function cutBy(before: Remembered, now: Remembered): string {
  const size = before.text.length - now.text.length
  const taken = before.text.slice(now.cursor, now.cursor + size)
  if (!before.last?.startsWith('kill')) return taken
  return now.cursor < before.cursor ? taken + before.cut : before.cut + taken
}

function undone<T extends Remembered>(now: T): T {
  const spot = now.undo.at(-1)
  return spot ? { ...now, ...spot, undo: now.undo.slice(0, -1), last: 'undo' } : now
}
