import { EXIT } from '../../../base/errors.ts'
import { counted } from '../../../base/text/amounts.ts'
import { stateWords } from '../../../base/text/state-words.ts'
import { clean, cleanLine } from '../../../base/text/terminal-text.ts'
import { didYouMean } from '../../../base/text/words.ts'
import { loadCatalog } from '../../../catalog/load.ts'
import { customerTitle, isAlwaysLocal, type Server } from '../../../config/project.ts'
import { selectCustomer } from '../../../config/select.ts'
import type { OfferedTool, Toolset } from '../../../toolset/toolset.ts'
import type { Run } from '../../context.ts'
import { type Explained, explainedText } from '../../error-text.ts'
import type { Printer } from '../../print/printer.ts'
import { type Column, type TableRow, tableText } from '../../print/table.ts'

export const run: Run = async ({ print, open, signal }, [name = '']) => {
  const app = await open()
  try {
    const customer = selectCustomer(app.project, name)
    print.note(customerTitle(customer))
    const toolset = await app.toolsetFor(customer, signal)
    signal.throwIfAborted()
    if (print.mode === 'json') print.json(toolsJson(toolset))
    else printTools(print, toolset, customer.servers)
    return toolset.missing.length === 0 ? EXIT.ok : EXIT.failed
  } finally {
    await app.close()
  }
}

function toolsJson({ customer, tools, withheld, missing }: Toolset): unknown {
  return { customer: customer.id, access: customer.access, tools, withheld, missing }
}

const COLUMNS: Column[] = [
  { head: 'TOOL' },
  { head: 'WRITES' },
  // Cut to the terminal's width: some servers describe a tool in paragraphs.
  { head: 'DESCRIPTION', least: 20 },
]

function printTools(
  print: Printer,
  { tools, withheld, missing, customer }: Toolset,
  servers: readonly Server[],
): void {
  if (tools.length > 0) print.result(tableText(COLUMNS, tools.map(toolRow), print.layout))
  const count = `${counted(tools.length, 'tool')} offered, ${withheld.length} withheld (${customer.access})`
  print.note(count)
  for (const [reason, names] of withheldByReason(withheld))
    print.note(
      explainedText({ message: `withheld: ${names.join(', ')}`, hint: clean(reason) }, print.noteLayout),
    )
  for (const { message, hint } of linesToOffer(servers, withheld))
    print.note(explainedText({ message, hint }, print.noteLayout))
  for (const { message, hint } of unknownNames(servers, { tools, withheld, missing }))
    print.note(explainedText({ message, hint }, print.noteLayout))
  for (const { server, state, reason, hint } of missing) {
    const message = `unavailable: ${server}: ${stateWords(state)}: ${clean(reason)}`
    print.note(explainedText({ message, hint: clean(hint) }, print.noteLayout))
  }
}

function toolRow({ name, readOnly, description }: OfferedTool): TableRow {
  const [first = ''] = clean(description).trim().split('\n')
  return { cells: [name, readOnly ? 'no' : { text: 'yes', style: 'yellow' }, cleanLine(first)] }
}

function withheldByReason(withheld: Toolset['withheld']): Map<string, string[]> {
  const names = new Map<string, string[]>()
  for (const { server, tool, reason } of withheld)
    names.set(reason, [...(names.get(reason) ?? []), cleanLine(`${server} ${tool}`)])
  return names
}

/** For each server whose tools are withheld because nobody vouches for them: what to add to the file. */
function linesToOffer(servers: readonly Server[], withheld: Toolset['withheld']): Explained[] {
  const untrusted = servers.filter(one => (!one.managed || isAlwaysLocal(one)) && !one.readOnly.hints)
  return untrusted.flatMap(({ name }) => {
    const tools = withheld.filter(one => one.server === name && !one.reason.startsWith('malformed'))
    if (tools.length === 0) return []
    const names = tools.map(one => JSON.stringify(one.tool)).join(', ')
    return [
      {
        message: `to offer tools of ${name}, name those that change nothing:`,
        hint: `add "read_only_tools": [${clean(names)}] to this server, without those that change something`,
      },
    ]
  })
}

/** Names in `read_only_tools` of a server that lists no such tool. */
function unknownNames(
  servers: readonly Server[],
  { tools, withheld, missing }: Pick<Toolset, 'tools' | 'withheld' | 'missing'>,
): Explained[] {
  const asked = servers.filter(({ name }) => !missing.some(one => one.server === name))
  return asked.flatMap(({ name, type, readOnly }) => {
    // Those of the catalogue need not be in each release.
    const ofType = loadCatalog().get(type)?.readOnly.tools ?? []
    const known = [...tools, ...withheld].filter(one => one.server === name).map(one => one.tool)
    const unknown = readOnly.tools.filter(tool => !ofType.includes(tool) && !known.includes(tool))
    return unknown.map(tool => ({
      message: `${name} has no tool "${cleanLine(tool)}", which "read_only_tools" names${didYouMean(tool, known)}`,
      hint: 'correct the name; it is the one without the server, as in "tools call"',
    }))
  })
}
