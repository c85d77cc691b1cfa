import { cleanLine } from '../../../base/text/terminal-text.ts'
import type { ChatContext } from '../command.ts'
import type { Completion } from './completion.ts'

/** A shorter word begins too many names. */
const LEAST = 3

/** Servers and tools of the customer on the screen that the word before the cursor begins, also inside a question. */
export function toolWords(line: string, cursor: number, chat: ChatContext): Completion | undefined {
  const [word = ''] = line.slice(0, cursor).match(/[\w.-]+$/) ?? []
  if (word.length < LEAST || /^\S/.test(line.slice(cursor))) return undefined
  const rows = namesOf(chat)
    .filter(({ value }) => value.toLowerCase().startsWith(word.toLowerCase()))
    .map(one => ({ ...one, isWhole: false }))
  return { from: cursor - word.length, to: cursor, about: 'word', rows, isOpenEnded: true }
}

function namesOf({ session, customer }: ChatContext): { value: string; summary: string }[] {
  const toolset = session.current()
  // During a switch, the tools are still those of another customer.
  if (toolset?.customer.id !== customer().id) return []
  const tools = toolset.tools.filter(({ tool }) => /^[\w.-]+$/.test(tool))
  const servers = new Set([...tools, ...toolset.missing].map(one => one.server).filter(Boolean))
  const byTool = Map.groupBy(tools, one => one.tool)
  return [
    ...[...servers].map(value => ({ value, summary: 'server' })),
    ...[...byTool].map(([value, own]) => ({
      value,
      summary: cleanLine(`tool of ${[...new Set(own.map(one => one.server || 'supportmax'))].join(', ')}`),
    })),
  ]
}
