import { z } from 'zod'

/** Arguments of every tool that answers with a list. */
export const PAGE = {
  limit: z.int().min(1).max(200).default(50).describe('How many items to return, at most 200.'),
  offset: z.int().min(0).default(0).describe('How many items to skip; use next_offset of the previous page.'),
}

export interface Page<T> {
  items: T[]
  paging: { total: number; offset: number; returned: number; next_offset: number | null }
}

/** One page of a sorted list. */
export function page<T>(all: readonly T[], { limit, offset }: { limit: number; offset: number }): Page<T> {
  const items = all.slice(offset, offset + limit)
  const end = offset + items.length
  return {
    items,
    paging: { total: all.length, offset, returned: items.length, next_offset: end < all.length ? end : null },
  }
}

/** ` Showing 1-50 of 120.`, or an empty text when the page is the whole list. */
export function pagingText({ offset, returned, total }: Page<unknown>['paging']): string {
  if (returned === total) return ''
  return returned === 0
    ? ` None after ${offset}.`
    : ` Showing ${offset + 1}-${offset + returned} of ${total}.`
}

/** Counts by word, most frequent first. */
export function countBy<T>(all: readonly T[], wordOf: (item: T) => string): Record<string, number> {
  const counts = new Map<string, number>()
  for (const item of all) counts.set(wordOf(item), (counts.get(wordOf(item)) ?? 0) + 1)
  return Object.fromEntries([...counts].sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0])))
}

/** `1 alert`, `7 alerts`, `no alerts`. */
export function plural(count: number, word: string): string {
  return `${count === 0 ? 'no' : count} ${word}${count === 1 ? '' : 's'}`
}

/** The text with its first letter in upper case. */
export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** Seconds as `45s`, `12m`, `3h 5m` or `2d 4h`. */
export function span(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds))
  if (whole < 60) return `${whole}s`
  const minutes = Math.floor(whole / 60)
  if (minutes < 60) return `${minutes}m`
  const hours = Math.floor(minutes / 60)
  return hours < 24 ? `${hours}h ${minutes % 60}m` : `${Math.floor(hours / 24)}d ${hours % 24}h`
}
