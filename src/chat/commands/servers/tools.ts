import { missingNotice } from '../../../agent/event-text.ts'
import { cleanLine, visible } from '../../../base/text/terminal-text.ts'
import type { Toolset } from '../../../toolset/toolset.ts'
import type { SlashCommand } from '../command.ts'
import { tableText } from '../table.ts'

export const tools: SlashCommand = {
  name: 'tools',
  usage: '/tools',
  summary: "list this customer's tools, offered and withheld",
  run: chat => chat.note(toolText(chat.session.current())),
}

function toolText(toolset: Toolset | undefined): string {
  if (!toolset) return 'still connecting'
  const reasons = Map.groupBy(toolset.withheld, one => one.reason)
  const groups = [toolset.tools, ...reasons.values()].map(serverRows)
  const titles = ['', ...[...reasons.keys()].map(reason => `withheld (${cleanLine(reason)}):`)]
  // One table, so that the columns of all groups line up.
  const lines = tableText(groups.flat()).split('\n')
  const texts = groups.map((rows, i) =>
    [titles[i], ...lines.splice(0, rows.length)].filter(Boolean).join('\n'),
  )
  const missing = toolset.missing.map(one => missingNotice(one).text).join('\n')
  return [...texts, missing].filter(Boolean).join('\n\n') || 'no tools'
}

function serverRows(tools: readonly { server: string; tool: string }[]): string[][] {
  const servers = Map.groupBy(tools, one => one.server)
  return [...servers].map(([server, own]) => [
    server || 'supportmax',
    own.map(one => visible(one.tool)).join(', '),
  ])
}
