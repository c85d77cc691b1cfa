import { EXIT, SupportError } from '../../../base/errors.ts'
import { counted } from '../../../base/text/amounts.ts'
import { clean, cleanLine } from '../../../base/text/terminal-text.ts'
import { firstOf } from '../../../base/text/words.ts'
import { type Customer, customerTitle } from '../../../config/project.ts'
import { selectCustomer } from '../../../config/select.ts'
import type { ConnectionPool } from '../../../mcp/pool.ts'
import type { Stack } from '../../../stack/stack.ts'
import type { AcceptedFile } from '../../../stack/state/accepted.ts'
import { reviewDefinitions } from '../../../stack/tools/pin.ts'
import type { ServerComparisons } from '../../../toolset/pins/listing.ts'
import { unusableLock } from '../../../toolset/pins/pins.ts'
import { definitionTitle, reviewJson, reviewText, waitsForPerson } from '../../../toolset/pins/review-text.ts'
import type { Toolset } from '../../../toolset/toolset.ts'
import { askYesNo } from '../../ask.ts'
import type { Context, Options, Run } from '../../context.ts'
import { explainedText } from '../../error-text.ts'
import { type Column, type TableRow, tableText } from '../../print/table.ts'
import { scopeOf } from './scope.ts'
import { unavailableLines } from './tools-text.ts'

const COLUMNS: Column[] = [
  { head: 'TOOL' },
  { head: 'PATTERN' },
  { head: 'SERVER SAYS' },
  { head: 'DESCRIPTION', least: 20 },
]

/**
 * Shows the definitions that differ from mcp-lock.json, and the tools that match a pattern of `read_only_tools` and still
 * count as writes. Accepts them after a question.
 */
export const run: Run = async (context, [name = ''], options) => {
  const { print, open, signal } = context
  const app = await open()
  try {
    const customer = selectCustomer(app.project, name)
    print.note(customerTitle(customer))
    const toolset = await app.toolsetFor(customer, signal)
    signal.throwIfAborted()
    const pool = await app.connectionsTo(customer, signal)
    return await acceptWaiting(context, { customer, toolset, stack: app.stack, pool }, options)
  } finally {
    await app.close()
  }
}

interface Acceptance {
  customer: Customer
  toolset: Toolset
  stack: Stack
  pool: ConnectionPool
}

async function acceptWaiting(
  { print, signal }: Context,
  { customer, toolset, stack, pool }: Acceptance,
  options: Options,
): Promise<number> {
  const { pins, accepted: file } = stack.state
  const lock = pins.lock()
  if (lock.state === 'unusable') throw unusableLock(lock)
  const isWanted = scopeOf(customer, options)
  const waiting = toolset.patterns
    .flatMap(({ server, pattern, waiting }) => waiting.map(tool => ({ server, pattern, ...tool })))
    .filter(one => isWanted(one.server, one.tool))
  const compared = (
    await reviewDefinitions(stack, customer.servers, { pool, signal, withPatterns: true })
  ).map(({ server, comparisons }) => ({
    server,
    comparisons: comparisons.filter(one => one.state !== 'same' && isWanted(server.name, one.name)),
  }))
  const definitions = compared.flatMap(({ server, comparisons }) =>
    comparisons.filter(waitsForPerson).map(one => ({ server: server.name, one })),
  )
  // The tools of these servers were not checked, so a script must not see success.
  const code = toolset.missing.length === 0 ? EXIT.ok : EXIT.failed
  for (const line of unavailableLines(toolset)) print.note(explainedText(line, print.noteLayout))
  const yes = options.yes === true && options.dryRun !== true
  if (print.mode === 'json') {
    const json = definitions.map(({ server, one }) => reviewJson(server, one))
    print.json({ customer: customer.id, waiting, definitions: json, accepted: yes })
  } else {
    if (waiting.length > 0) print.result(tableText(COLUMNS, waiting.map(waitingRow), print.layout))
    const { width = 80 } = print.layout
    for (const { server, one } of definitions) print.result(reviewText(server, one, width))
  }
  const count = waiting.length + definitions.length
  if (options.dryRun === true) print.note('nothing was accepted (--dry-run)')
  if (options.dryRun === true || (print.mode === 'json' && !yes)) return code
  if (count > 0 && !yes) await confirm({ waiting: waiting.length, definitions: definitions.length }, signal)
  const pinned = compared.reduce((sum, one) => sum + one.comparisons.length, 0)
  if (count + pinned === 0) {
    print.note(nothingWaits(toolset))
    return code
  }
  if (waiting.length > 0) file.accept(listsOf(customer, toolset, isWanted))
  if (pinned > 0) await pins.accept(compared, signal)
  print.note(explainedText(doneText(waiting.length, compared), print.noteLayout))
  return code
}

async function confirm(
  { waiting, definitions }: { waiting: number; definitions: number },
  signal: AbortSignal,
): Promise<void> {
  if (!process.stdin.isTTY)
    throw new SupportError('refused', 'nothing was accepted: there is no terminal to ask on', {
      hint: 'run it in a terminal, or add --yes',
    })
  const question =
    definitions > 0
      ? `Accept ${counted(definitions, 'definition')}${waiting > 0 ? `, and treat ${counted(waiting, 'tool')} as read-only` : ''}?`
      : waiting === 1
        ? 'Treat this tool as read-only, so that it is called without approval?'
        : `Treat these ${waiting} tools as read-only, so that they are called without approval?`
  if (!(await askYesNo(question, signal))) throw new SupportError('refused', 'nothing was accepted')
}

function doneText(waiting: number, compared: readonly ServerComparisons[]) {
  const pinned = compared.flatMap(({ server, comparisons }) =>
    comparisons.map(one => definitionTitle(server.name, one)),
  )
  const parts = [
    ...(waiting > 0 ? [`accepted ${counted(waiting, 'tool')}`] : []),
    ...(pinned.length > 0
      ? [`wrote ${counted(pinned.length, 'definition')} to mcp-lock.json (${firstOf(pinned, 4)})`]
      : []),
  ]
  return { message: parts.join(', '), hint: 'type `/reload` in an open chat to use them there' }
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

function nothingWaits({ missing }: Toolset): string {
  return missing.length > 0
    ? 'nothing to accept among the servers that are available'
    : 'nothing to accept: all that this customer may use is pinned'
}

type IsWanted = ReturnType<typeof scopeOf>

/** Everything of these servers that matches now and was accepted; what no longer matches is forgotten. */
function listsOf(
  customer: Customer,
  { patterns }: Toolset,
  isWanted: IsWanted,
): Parameters<AcceptedFile['accept']>[0] {
  const byServer = Map.groupBy(patterns, one => one.server)
  return customer.servers.flatMap(server => {
    const own = byServer.get(server.name)
    if (!own) return []
    const tools = own.flatMap(one => [
      ...one.tools,
      ...one.waiting.map(({ tool }) => tool).filter(tool => isWanted(server.name, tool)),
    ])
    return [{ server, tools }]
  })
}
