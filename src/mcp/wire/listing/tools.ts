import { z } from 'zod'
import { redactedLine } from '../../../base/redact.ts'
import type { Tool, ToolListing } from '../../connection.ts'
import { issueWords } from '../issue-words.ts'
import { DEEPEST, isDeeperThan } from './pages.ts'
import { paramHeaders } from './param-headers.ts'

/** The answer to tools/list; each tool is checked later. */
export const toolPage = z.looseObject({ tools: z.array(z.unknown()), nextCursor: z.string().nullish() })

const wireTool = z.looseObject({
  name: z.string().min(1).max(256),
  description: z.string().nullish(),
  inputSchema: z.looseObject({ type: z.literal('object') }),
  annotations: z.looseObject({ readOnlyHint: z.boolean().nullish() }).nullish(),
})

/** Checked tool by tool: the SDK's own listing fails for the whole server if one tool is malformed. */
export function toolListing(items: readonly unknown[]): Pick<ToolListing, 'tools' | 'quarantined'> {
  const listing: Pick<ToolListing, 'tools' | 'quarantined'> = { tools: [], quarantined: [] }
  const seen = new Set<string>()
  for (const item of items) {
    const tool = readTool(item)
    if ('reason' in tool) listing.quarantined.push(tool)
    else if (seen.has(tool.name)) listing.quarantined.push({ name: tool.name, reason: 'duplicate name' })
    else listing.tools.push(tool)
    seen.add(tool.name)
  }
  return listing
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
  const headers = paramHeaders(inputSchema)
  if ('fault' in headers) return { name, reason: redactedLine(headers.fault, 160) }
  return {
    name,
    description: description ?? '',
    inputSchema,
    readOnlyHint: annotations?.readOnlyHint === true,
    destructiveHint:
      typeof annotations?.destructiveHint === 'boolean' ? annotations.destructiveHint : undefined,
    definition: item as Record<string, unknown>,
  }
}

function nameOf(item: unknown): string {
  const name = (item as { name?: unknown } | null)?.name
  return typeof name === 'string' && name ? redactedLine(name, 80) : '(unnamed)'
}
