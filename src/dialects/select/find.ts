import { oneLine } from '../../base/text/words.ts'
import type { ToolSpec } from '../../platforms/platform.ts'
import { searchTools } from './search.ts'

const MOST_FOUND = 10
const LONGEST_LINE = 160

/** Offered where a platform takes fewer tools than there are. A toolset's own names are `<server>__<tool>`. */
export const FIND_TOOLS: ToolSpec = {
  name: 'find_tools',
  description:
    'Finds more tools. Only a part of the tools there are is offered to you; say in a few words what you want to do, and those that fit are offered from your next turn on. Ask here before you say that something cannot be done.',
  inputSchema: {
    type: 'object',
    properties: {
      query: { type: 'string', description: 'What the tool should do, in a few words: "silence an alert".' },
    },
    required: ['query'],
  },
}

export interface Found {
  /** What the model reads. */
  text: string
  isError: boolean
  /** Names of tools, best first. */
  found: string[]
}

/** The answer to a call of find_tools, over all tools of the set. Pure; bad arguments are answered in words. */
export function findTools(specs: readonly ToolSpec[], args: unknown): Found {
  const query = (args as { query?: unknown } | null | undefined)?.query
  if (typeof query !== 'string' || !query.trim())
    return {
      text: 'find_tools: "query" is missing; say in a few words what the tool should do',
      isError: true,
      found: [],
    }
  const tools = searchTools(specs, query, MOST_FOUND)
  if (tools.length === 0)
    return {
      text: `None of the ${specs.length} tools fits "${oneLine(query, 100)}". Try other words, or go on with the tools you have.`,
      isError: false,
      found: [],
    }
  const lines = tools.map(({ name, description }) => `- ${name}: ${firstLine(description)}`)
  const text = `These fit best, and can be called from your next turn on:\n${lines.join('\n')}`
  return { text, isError: false, found: tools.map(tool => tool.name) }
}

function firstLine(description: string): string {
  return oneLine(description.trim().split('\n', 1)[0] ?? '', LONGEST_LINE) || '(no description)'
}
