import { ProtocolError } from '@modelcontextprotocol/client'
import { METHOD_NOT_FOUND } from '../../../base/http/rpc-codes.ts'
import { bytes as bytesText, countText } from '../../../base/text/amounts.ts'
import { Fault } from '../../connection.ts'
import { MOST_BYTES } from '../http/capped.ts'

const MOST_PAGES = 64
const MOST_ITEMS = 2_000
/** No schema of a person's needs more; code that walks schemas recurses. */
export const DEEPEST = 100

interface Page {
  items: unknown[]
  next: string | null | undefined
}

/**
 * Everything that a server lists, page by page; nothing if it does not know the method. Throws a Fault for a list that is
 * too large or never ends.
 *
 * @param what for messages: `tools`
 */
export async function allPages(
  ask: (params: { cursor?: string }) => Promise<Page>,
  what: string,
): Promise<unknown[]> {
  const items: unknown[] = []
  const cursors = new Set<string>()
  let cursor: string | undefined
  let bytes = 0
  for (let pages = 1; ; pages++) {
    const page = await orEmpty(ask(cursor === undefined ? {} : { cursor }))
    items.push(...page.items)
    if (items.length > MOST_ITEMS)
      throw new Fault('too_large', `the server lists more than ${countText(MOST_ITEMS)} ${what}`)
    cursor = page.next || undefined
    if (!cursor) return items
    // One page alone is limited by the size of a response.
    bytes += page.items.reduce<number>((sum, item) => sum + sizeOf(item), 0)
    if (bytes > MOST_BYTES)
      throw new Fault('too_large', `the server lists more than ${bytesText(MOST_BYTES)} of ${what}`)
    if (cursors.has(cursor))
      throw new Fault('protocol', `the list of ${what} never ends: a page cursor repeats`)
    if (pages >= MOST_PAGES)
      throw new Fault('too_large', `the server lists more than ${MOST_PAGES} pages of ${what}`)
    cursors.add(cursor)
  }
}

/** A server that offers nothing of the kind may not know the method. */
async function orEmpty(page: Promise<Page>): Promise<Page> {
  return page.catch(error => {
    const { cause = error } = error
    if (ProtocolError.isInstance(cause) && cause.code === METHOD_NOT_FOUND)
      return { items: [], next: undefined }
    throw error
  })
}

/** Stops at that depth: a schema that is nested much deeper would overflow the stack. */
export function isDeeperThan(most: number, value: unknown): boolean {
  if (most < 0) return true
  if (typeof value !== 'object' || value === null) return false
  return Object.values(value).some(one => isDeeperThan(most - 1, one))
}

function sizeOf(item: unknown): number {
  return isDeeperThan(DEEPEST, item) ? 0 : (JSON.stringify(item)?.length ?? 0)
}
