import { missingNotice } from '../../../agent/event-text.ts'
import { cleanLine } from '../../../base/text/terminal-text.ts'
import type { Toolset } from '../../../toolset/toolset.ts'
import type { SlashCommand } from '../command.ts'
import { tableText } from '../table.ts'

export const tools: SlashCommand = {
  name: 'tools',
  usage: '/tools',
  summary: "list this customer's tools and the withheld ones",
  run: chat => chat.note(toolText(chat.session.current())),
}

function toolText(toolset: Toolset | undefined): string {
  if (!toolset) return 'still connecting'
  const servers = Map.groupBy(toolset.tools, tool => tool.server)
  const rows = [...servers].map(([server, own]) => [server, namesOf(own)])
  const reasons = Map.groupBy(toolset.withheld, one => one.reason)
  const withheld = [...reasons].flatMap(([reason, own]) => [
    '',
    `withheld, ${cleanLine(reason)}:`,
    tableText([...Map.groupBy(own, one => one.server)].map(([server, these]) => [server, namesOf(these)])),
  ])
  const missing = toolset.missing.map(one => missingNotice(one).text)
  return [tableText(rows), ...withheld, ...missing].join('\n').trim() || 'no tools'
}

function namesOf(some: readonly { tool: string }[]): string {
  return some.map(one => cleanLine(one.tool)).join(', ')
}
