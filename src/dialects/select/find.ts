import { oneLine } from '../../base/text/words.ts'
import type { ToolSpec } from '../../platforms/platform.ts'
import { searchTools } from './search.ts'

const MOST_FOUND = 10
const LONGEST_LINE = 160

/** Offered if a platform accepts fewer tools than there are. Its name is unique: tools of a toolset are `<server>__<tool>`. */
export const FIND_TOOLS: ToolSpec = {
  name: 'find_tools',
  description:
    'Finds more tools. You are offered only some of the available tools. Describe in a few words what you want to do, and matching tools are offered from your next turn on. Call this before you say that something cannot be done.',
  inputSchema: {
    type: 'object',
    properties: {
      query: {
        type: 'string',
        description: 'What the tool should do, in a few words, for example "silence an alert".',
      },
    },
    required: ['query'],
  },
}

export interface FoundTools {
  /** What the model reads. */
  text: string
  isError: boolean
  /** Names of tools, best first. */
  found: string[]
}

/** Answers a call of find_tools over all tools. Pure; bad arguments get an error text. */
export function findTools(specs: readonly ToolSpec[], args: unknown): FoundTools {
  const query = (args as { query?: unknown } | null | undefined)?.query
  if (typeof query !== 'string' || !query.trim())
    return {
      text: 'find_tools: "query" is missing: describe in a few words what the tool should do',
      isError: true,
      found: [],
    }
  const tools = searchTools(specs, query, MOST_FOUND)
  if (tools.length === 0)
    return {
      text: `None of the ${specs.length} tools matches "${oneLine(query, 100)}". Try other words, or continue with the tools you have.`,
      isError: false,
      found: [],
    }
  const lines = tools.map(({ name, description }) => `- ${name}: ${firstLine(description)}`)
  const text = `Best matches, which you can call from your next turn on:\n${lines.join('\n')}`
  return { text, isError: false, found: tools.map(tool => tool.name) }
}

function firstLine(description: string): string {
  return oneLine(description.trim().split('\n', 1)[0] ?? '', LONGEST_LINE) || '(no description)'
}
