import { type Client, ProtocolError } from '@modelcontextprotocol/client'
import { z } from 'zod'
import { redactedLine } from '../../base/redact.ts'
import { bytes as bytesText, countText } from '../../base/text/amounts.ts'
import { Fault, type Tool, type ToolListing } from '../connection.ts'
import { MOST_BYTES } from './http/capped.ts'
import { issueWords } from './issue-words.ts'

const MOST_PAGES = 64
const MOST_TOOLS = 2_000
/** No schema of a person's needs more; code that walks schemas recurses. */
const DEEPEST = 100
const METHOD_NOT_FOUND = -32_601

const page = z.looseObject({ tools: z.array(z.unknown()), nextCursor: z.string().nullish() })

const wireTool = z.looseObject({
  name: z.string().min(1).max(256),
  description: z.string().nullish(),
  inputSchema: z.looseObject({ type: z.literal('object') }),
  annotations: z.looseObject({ readOnlyHint: z.boolean().nullish() }).nullish(),
})

/** All pages, checked tool by tool: the SDK's own listing fails for the whole server if one tool is malformed. */
export async function listAll(client: Client, signal: AbortSignal, timeout: number): Promise<ToolListing> {
  const raw = await allPages(client, signal, timeout)
  const listing: ToolListing = { tools: [], quarantined: [] }
  const seen = new Set<string>()
  for (const item of raw) {
    const tool = readTool(item)
    if ('reason' in tool) listing.quarantined.push(tool)
    else if (seen.has(tool.name)) listing.quarantined.push({ name: tool.name, reason: 'duplicate name' })
    else listing.tools.push(tool)
    seen.add(tool.name)
  }
  return listing
}

async function allPages(client: Client, signal: AbortSignal, timeout: number): Promise<unknown[]> {
  const tools: unknown[] = []
  const cursors = new Set<string>()
  let cursor: string | undefined
  let bytes = 0
  for (let pages = 1; ; pages++) {
    const answer = await onePage(client, cursor, signal, timeout)
    tools.push(...answer.tools)
    if (tools.length > MOST_TOOLS)
      throw new Fault('too_large', `the server lists more than ${countText(MOST_TOOLS)} tools`)
    cursor = answer.nextCursor || undefined
    if (!cursor) return tools
    // One page alone is limited by the size of a response.
    bytes += answer.tools.reduce<number>((sum, tool) => sum + sizeOf(tool), 0)
    if (bytes > MOST_BYTES)
      throw new Fault('too_large', `the server lists more than ${bytesText(MOST_BYTES)} of tools`)
    if (cursors.has(cursor)) throw new Fault('protocol', 'the tool list never ends: a page cursor repeats')
    if (pages >= MOST_PAGES)
      throw new Fault('too_large', `the server lists more than ${MOST_PAGES} pages of tools`)
    cursors.add(cursor)
  }
}

async function onePage(client: Client, cursor: string | undefined, signal: AbortSignal, timeout: number) {
  try {
    const params = cursor === undefined ? {} : { cursor }
    return await client.request({ method: 'tools/list', params }, page, { signal, timeout })
  } catch (error) {
    // A server without tools may not know the method; that is an empty list.
    if (ProtocolError.isInstance(error) && error.code === METHOD_NOT_FOUND) return { tools: [] }
    throw error
  }
}

/** An error while reading one tool costs only that tool. */
function readTool(item: unknown): Tool | { name: string; reason: string } {
  try {
    return checkedTool(item)
  } catch (error) {
    return { name: nameOf(item), reason: redactedLine(`cannot be read: ${(error as Error).message}`, 160) }
  }
}

function checkedTool(item: unknown): Tool | { name: string; reason: string } {
  if (isDeeperThan(DEEPEST, item))
    return { name: nameOf(item), reason: `its schema is nested deeper than ${DEEPEST} levels` }
  const read = wireTool.safeParse(item)
  if (!read.success)
    return { name: nameOf(item), reason: redactedLine(issueWords(read.error.issues, 'the tool'), 160) }
  const { name, description, inputSchema, annotations } = read.data
  return {
    name,
    description: description ?? '',
    inputSchema,
    readOnlyHint: annotations?.readOnlyHint === true,
  }
}

/** Stops at that depth: a schema that is nested much deeper would overflow the stack. */
function isDeeperThan(most: number, value: unknown): boolean {
  if (most < 0) return true
  if (typeof value !== 'object' || value === null) return false
  return Object.values(value).some(one => isDeeperThan(most - 1, one))
}

function sizeOf(tool: unknown): number {
  return isDeeperThan(DEEPEST, tool) ? 0 : (JSON.stringify(tool)?.length ?? 0)
}

function nameOf(item: unknown): string {
  const name = (item as { name?: unknown } | null)?.name
  return typeof name === 'string' && name ? redactedLine(name, 80) : '(unnamed)'
}
