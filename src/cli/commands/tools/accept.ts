import { EXIT, SupportError } from '../../../base/errors.ts'
import { counted } from '../../../base/text/amounts.ts'
import { clean, cleanLine } from '../../../base/text/terminal-text.ts'
import type { Customer } from '../../../config/project.ts'
import type { AcceptedFile } from '../../../stack/state/accepted.ts'
import type { Toolset } from '../../../toolset/toolset.ts'
import { askYesNo } from '../../ask.ts'
import type { Context } from '../../context.ts'
import { explainedText } from '../../error-text.ts'
import { type Column, type TableRow, tableText } from '../../print/table.ts'
import { unavailableLines } from './tools-text.ts'

const COLUMNS: Column[] = [
  { head: 'TOOL' },
  { head: 'PATTERN' },
  { head: 'SERVER SAYS' },
  { head: 'DESCRIPTION', least: 20 },
]

interface Acceptance {
  customer: Customer
  toolset: Toolset
  file: AcceptedFile
  /** Accepts without asking. */
  yes: boolean
}

/** Shows the tools that match a pattern of `read_only_tools` and still count as writes, and accepts them after a question. */
export async function acceptWaiting(
  { print, signal }: Context,
  { customer, toolset, file, yes }: Acceptance,
): Promise<number> {
  const waiting = toolset.patterns.flatMap(({ server, pattern, waiting }) =>
    waiting.map(tool => ({ server, pattern, ...tool })),
  )
  // The tools of these servers were not checked, so a script must not see success.
  const code = toolset.missing.length === 0 ? EXIT.ok : EXIT.failed
  for (const line of unavailableLines(toolset)) print.note(explainedText(line, print.noteLayout))
  if (print.mode === 'json') print.json({ customer: customer.id, waiting, accepted: yes })
  else if (waiting.length === 0) print.note(nothingWaits(toolset))
  else print.result(tableText(COLUMNS, waiting.map(waitingRow), print.layout))
  if (waiting.length === 0 || (print.mode === 'json' && !yes)) return code
  if (!yes && !process.stdin.isTTY)
    throw new SupportError('refused', 'nothing was accepted: there is no terminal to ask on', {
      hint: 'run it in a terminal, or add --yes',
    })
  if (!yes && !(await askYesNo(questionFor(waiting.length), signal)))
    throw new SupportError('refused', 'nothing was accepted')
  file.accept(listsOf(customer, toolset))
  const message = `accepted ${counted(waiting.length, 'tool')}`
  const hint = 'type `/reload` in an open chat to use them there'
  print.note(explainedText({ message, hint }, print.noteLayout))
  return code
}

interface Waiting {
  server: string
  pattern: string
  tool: string
  description: string
  readOnlyHint: boolean
}

function waitingRow({ server, tool, pattern, readOnlyHint, description }: Waiting): TableRow {
  const [first = ''] = clean(description).trim().split('\n')
  const says = readOnlyHint ? 'read-only' : { text: 'may write', style: 'yellow' as const }
  return { cells: [cleanLine(`${server} ${tool}`), pattern, says, cleanLine(first)] }
}

function questionFor(count: number): string {
  return count === 1
    ? 'Treat this tool as read-only, so that it is called without approval?'
    : `Treat these ${count} tools as read-only, so that they are called without approval?`
}

function nothingWaits({ patterns, missing }: Toolset): string {
  if (missing.length > 0) return 'nothing to accept among the servers that are available'
  return patterns.length === 0
    ? 'nothing to accept: no "read_only_tools" has a pattern'
    : 'nothing to accept: all matching tools are accepted already'
}

/** Everything that matches now; what no longer does is forgotten. */
function listsOf(customer: Customer, { patterns }: Toolset): Parameters<AcceptedFile['accept']>[0] {
  const byServer = Map.groupBy(patterns, one => one.server)
  return customer.servers.flatMap(server => {
    const own = byServer.get(server.name)
    if (!own) return []
    return [{ server, tools: own.flatMap(one => [...one.tools, ...one.waiting.map(({ tool }) => tool)]) }]
  })
}
