import { EXIT, SupportError } from '../../../base/errors.ts'
import { counted } from '../../../base/text/amounts.ts'
import { clean, cleanLine } from '../../../base/text/terminal-text.ts'
import type { Customer } from '../../../config/project.ts'
import type { AcceptedFile } from '../../../stack/state/accepted.ts'
import type { Toolset } from '../../../toolset/toolset.ts'
import { askYesNo } from '../../ask.ts'
import type { Context } from '../../context.ts'
import { explainedText } from '../../error-text.ts'
import { type Column, tableText } from '../../print/table.ts'

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

/** Shows the tools that fit a pattern of `read_only_tools` and still count as writes, and accepts them after a question. */
export async function acceptWaiting(
  { print, signal }: Context,
  { customer, toolset, file, yes }: Acceptance,
): Promise<number> {
  const waiting = toolset.patterns.flatMap(({ server, pattern, waiting }) =>
    waiting.map(tool => ({ server, pattern, ...tool })),
  )
  const isAsked = print.mode !== 'json' || yes
  if (print.mode === 'json') print.json({ customer: customer.id, waiting, accepted: yes })
  else if (waiting.length === 0) print.note(nothingWaits(toolset))
  else
    print.result(
      tableText(
        COLUMNS,
        waiting.map(({ server, tool, pattern, readOnlyHint, description }) => ({
          cells: [
            cleanLine(`${server} ${tool}`),
            pattern,
            readOnlyHint ? 'read-only' : { text: 'may write', style: 'yellow' },
            cleanLine(clean(description).trim().split('\n')[0] ?? ''),
          ],
        })),
        print.layout,
      ),
    )
  if (waiting.length === 0 || !isAsked) return EXIT.ok
  if (!yes && !process.stdin.isTTY)
    throw new SupportError('refused', 'nothing was accepted: nobody can be asked without a terminal', {
      hint: 'run it in a terminal, or add --yes',
    })
  if (!yes && !(await askYesNo(questionFor(waiting.length), signal)))
    throw new SupportError('refused', 'nothing was accepted')
  file.accept(listsOf(customer, toolset))
  const hint = 'type `/reload` in an open chat to use them there'
  print.note(
    explainedText({ message: `accepted: ${counted(waiting.length, 'tool')}`, hint }, print.noteLayout),
  )
  return EXIT.ok
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
    : 'nothing to accept: every tool that fits a pattern was accepted before'
}

/** Everything that fits now; what fits no longer is forgotten. */
function listsOf(customer: Customer, { patterns }: Toolset): Parameters<AcceptedFile['accept']>[0] {
  const byServer = Map.groupBy(patterns, one => one.server)
  return customer.servers.flatMap(server => {
    const own = byServer.get(server.name)
    if (!own) return []
    return [{ server, tools: own.flatMap(one => [...one.tools, ...one.waiting.map(({ tool }) => tool)]) }]
  })
}
