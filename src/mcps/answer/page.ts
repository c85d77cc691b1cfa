// Pages of lists. A page ends where its count or the size of one answer is reached, whichever comes first.
import { z } from 'zod'
import { bytesOf, fitted, MOST_ANSWER_BYTES } from './fit.ts'

/** A tool's result: a JSON object with a plain sentence that holds the counts; a list's paging comes before it. */
export type ToolAnswer = { summary: string } & Record<string, unknown>

/** Arguments of every tool that answers with a list. */
export const PAGE = {
  limit: z
    .int()
    .min(1)
    .max(200)
    .default(50)
    .describe('How many items to return, at most 200; fewer if they would not fit in one answer.'),
  offset: z.int().min(0).default(0).describe('How many items to skip; use next_offset of the previous page.'),
}

/** Where a page is in its list. */
export interface Paging {
  total: number
  offset: number
  returned: number
  /** The offset of the next page; null = this is the last one. */
  next_offset: number | null
}

/** The wanted part of a list; `total` counts the whole list. */
export interface Slice<T> {
  items: readonly T[]
  offset: number
  total: number
}

/** The part of a sorted list that a tool's arguments ask for. */
export function sliceOf<T>(
  all: readonly T[],
  { limit, offset }: { limit: number; offset: number },
): Slice<T> {
  return { items: all.slice(offset, offset + limit), offset, total: all.length }
}

export interface Listing<T> {
  slice: Slice<T>
  /** Name of the list in the answer. */
  key: string
  /** An item of the answer, given the bytes that are left; undefined ends the page before this item. */
  describe(item: T, room: number): unknown
  /** The summary without its paging; `shown` are the items of this page, `items` their descriptions. */
  summary(shown: readonly T[], items: readonly unknown[]): string
  /** Follows the sentence on the page. */
  more?: string
  facts?: Record<string, unknown>
}

/** An answer with one page of a list: as many of the wanted items as fit, and at least one. */
export function listAnswer<T>(listing: Listing<T>): ToolAnswer {
  const { slice, key, describe, more = '', facts = {} } = listing
  const answer = (shown: readonly T[], items: unknown[]) => {
    const paging = pagingOf(slice, items.length)
    const summary = `${listing.summary(shown, items)}${pagingText(paging, listing)}${more}`
    return { paging, summary, ...facts, [key]: items }
  }
  const items = fill(slice.items, describe, MOST_ANSWER_BYTES - bytesOf(answer(slice.items, [])) - SPARE)
  return answer(slice.items.slice(0, items.length), items)
}

/** For the words and numbers that depend on how many items are shown. */
const SPARE = 200

/** Descriptions of the first items, as many as fit into `room` bytes of JSON; the first is shortened if it must be. */
export function fill<T>(
  items: readonly T[],
  describe: (item: T, room: number) => unknown,
  room: number,
): unknown[] {
  const taken: unknown[] = []
  let left = room
  for (const item of items) {
    const described = describe(item, left - 1)
    if (described === undefined) break
    const size = bytesOf(described) + 1 // the comma
    if (size > left) {
      if (taken.length === 0) taken.push(fitted(described, room))
      break
    }
    taken.push(described)
    left -= size
  }
  return taken
}

/** The paging of a page of `returned` items. */
export function pagingOf({ offset, total }: Omit<Slice<unknown>, 'items'>, returned: number): Paging {
  const end = offset + returned
  return { total, offset, returned, next_offset: returned > 0 && end < total ? end : null }
}

// ` Showing 1-50 of 120 alerts.`, or an empty text when the page is the whole list.
function pagingText<T>({ offset, returned, total }: Paging, { slice, key }: Listing<T>): string {
  if (returned === total) return ''
  if (returned === 0) return ` Offset ${offset} is past the end of the list.`
  const full = returned < slice.items.length ? ', as many as fit in one answer' : ''
  return ` Showing ${offset + 1}-${offset + returned} of ${total} ${key}${full}.`
}
