// Leaves out whole items of the lists in a JSON text.

import { parsedJson } from '../../base/records.ts'

/** Lists within lists: if more cuts were needed, the size does not come from lists. */
const MOST_CUTS = 5
const DEEPEST = 50

interface Cut {
  /** Whole JSON. */
  text: string
  /** `40 of 120 "alerts"`, for every list that was cut. */
  shown: string
  /** Number of items that were left out. */
  left: number
}

interface List {
  items: unknown[]
  /** Name of its key; empty for the whole value. */
  name: string
  size: number
}

/** The text as JSON of at most `most` bytes; undefined if it is not JSON, or its lists do not make it large. */
export function cutLists(text: string, most: number): Cut | undefined {
  const value = parsedJson(text)
  if (typeof value !== 'object' || value === null) return undefined
  const notes = new Map<unknown[], { name: string; all: number }>()
  for (let cuts = 0; cuts <= MOST_CUTS; cuts++) {
    const compact = JSON.stringify(value)
    const over = Buffer.byteLength(compact) - most
    if (over <= 0) return { text: compact, ...countsOf(notes) }
    const list = longestList(value)
    if (!list) return undefined
    if (!notes.has(list.items)) notes.set(list.items, { name: list.name, all: list.items.length })
    list.items.length = keptOf(list.items, over)
  }
  return undefined
}

/** How many of the items stay when at least `over` bytes must go; at least one. */
function keptOf(items: unknown[], over: number): number {
  let [kept, freed] = [items.length, 0]
  while (kept > 1 && freed < over) freed += sizeOf(items[--kept]) + 1
  return kept
}

function countsOf(notes: ReadonlyMap<unknown[], { name: string; all: number }>): Pick<Cut, 'shown' | 'left'> {
  const lists = [...notes].map(([items, { name, all }]) => ({ shown: items.length, name, all }))
  return {
    shown: lists
      .map(({ shown, name, all }) => `${shown} of ${all} ${name ? `"${name}"` : 'items'}`)
      .join(', '),
    left: lists.reduce((sum, { shown, all }) => sum + all - shown, 0),
  }
}

/** The list with more than one item that takes most bytes, the outermost of equals. */
function longestList(value: unknown, name = '', depth = 0): List | undefined {
  if (typeof value !== 'object' || value === null || depth > DEEPEST) return undefined
  const inner = Array.isArray(value)
    ? value.map(item => longestList(item, name, depth + 1))
    : Object.entries(value).map(([key, item]) => longestList(item, key, depth + 1))
  const own = Array.isArray(value) && value.length > 1 ? [{ items: value, name, size: sizeOf(value) }] : []
  return [...own, ...inner].reduce<List | undefined>(
    (best, list) => (list && (!best || list.size > best.size) ? list : best),
    undefined,
  )
}

function sizeOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value) ?? '')
}
