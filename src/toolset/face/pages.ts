// Lists in pages. Nearly every list fits into one: older clients read no further.

import { isRecord } from '../../base/records.ts'

const PAGE = 1_000

/** The part of a list that `params.cursor` asks for; undefined for a cursor that is not ours. */
export function pageOf<T>(
  items: readonly T[],
  { cursor }: Record<string, unknown>,
): { items: T[]; nextCursor?: string } | undefined {
  const from = cursor === undefined ? 0 : placeIn(cursor)
  if (from === undefined || from > items.length) return undefined
  const end = from + PAGE
  return { items: items.slice(from, end), ...(end < items.length && { nextCursor: cursorAt(end) }) }
}

function cursorAt(place: number): string {
  return Buffer.from(JSON.stringify({ from: place })).toString('base64url')
}

function placeIn(cursor: unknown): number | undefined {
  try {
    const read: unknown = JSON.parse(Buffer.from(String(cursor), 'base64url').toString())
    const from = isRecord(read) ? read.from : undefined
    return Number.isSafeInteger(from) && (from as number) >= 0 ? (from as number) : undefined
  } catch {
    return undefined
  }
}
