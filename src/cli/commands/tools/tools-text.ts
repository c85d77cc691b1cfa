import { counted } from '../../../base/text/amounts.ts'
import { stateWords } from '../../../base/text/state-words.ts'
import { clean, cleanLine, visible } from '../../../base/text/terminal-text.ts'
import type { Catalog } from '../../../catalog/load.ts'
import type { Server } from '../../../config/project.ts'
import { withoutAdvice } from '../../../toolset/policy/verdict.ts'
import type { OfferedTool, Toolset } from '../../../toolset/toolset.ts'
import { type Explained, explainedText } from '../../error-text.ts'
import type { Printer } from '../../print/printer.ts'
import { type Column, type TableRow, tableText } from '../../print/table.ts'
import { linesToOffer, unknownNames } from './hints.ts'
import { OFFER_COLUMNS, type OffersOf, offerNotes, offerRows } from './offers.ts'

const COLUMNS: Column[] = [
  { head: 'TOOL' },
  { head: 'WRITES' },
  // Cut to the terminal's width: some servers describe a tool in paragraphs.
  { head: 'DESCRIPTION', least: 20 },
]

export function printTools(
  print: Printer,
  toolset: Toolset,
  { servers, catalog }: { servers: readonly Server[]; catalog: Catalog },
): void {
  const { tools, withheld, leftOut, customer } = toolset
  const note = (explained: Explained) => print.note(explainedText(explained, print.noteLayout))
  if (tools.length > 0) print.result(tableText(COLUMNS, tools.map(toolRow), print.layout))
  const left = leftOut.length > 0 ? `, ${leftOut.length} left out` : ''
  const isOwn = ({ server }: OfferedTool) => server === ''
  const count = tools.filter(one => !isOwn(one)).length
  const offered = [counted(count, 'tool'), ...tools.filter(isOwn).map(one => one.name)].join(' and ')
  print.note(`${offered} offered, ${withheld.length} withheld${left} (${customer.access})`)
  const toOffer = linesToOffer(servers, toolset, catalog)
  const shown = withheld
    .filter(isNotWaiting(toolset))
    .map(one => (toOffer.length > 0 ? { ...one, reason: withoutAdvice(one.reason) } : one))
  for (const line of byReason(shown, 'withheld')) note(line)
  for (const line of patternLines(toolset)) note(line)
  for (const { server, note: message } of toolset.pinNotes ?? []) note({ message: `${server}: ${message}` })
  for (const line of toOffer) note(line)
  for (const line of unknownNames(servers, toolset, catalog)) note(line)
  for (const line of unavailableLines(toolset)) note(line)
}

export function unavailableLines({ missing }: Pick<Toolset, 'missing'>): Explained[] {
  return missing.map(({ server, state, reason, hint }) => ({
    message: `unavailable: ${server}: ${stateWords(state)}: ${clean(reason)}`,
    hint: clean(hint),
  }))
}

/** What `--all` adds. */
export function printAll(print: Printer, { leftOut }: Toolset, offers: readonly OffersOf[]): void {
  const rows = offerRows(offers)
  if (rows.length > 0) print.result(`\n${tableText(OFFER_COLUMNS, rows, print.layout)}`)
  else print.note('no resources and no prompts')
  for (const line of [...offerNotes(offers), ...byReason(leftOut, 'left out')])
    print.note(explainedText(line, print.noteLayout))
}

function toolRow({ name, readOnly, description }: OfferedTool): TableRow {
  const [first = ''] = clean(description).trim().split('\n')
  return { cells: [name, readOnly ? 'no' : { text: 'yes', style: 'yellow' }, cleanLine(first)] }
}

/** One line for each reason, with all the tools that it keeps back, server by server. */
function byReason(kept: Toolset['withheld'], what: string): Explained[] {
  return [...Map.groupBy(kept, one => one.reason)].map(([reason, tools]) => {
    const servers = [...Map.groupBy(tools, one => one.server)].map(
      ([server, its]) => `${server}: ${its.map(one => visible(one.tool)).join(', ')}`,
    )
    return { message: `${what}: ${servers.join('; ')}`, hint: clean(reason) }
  })
}

/** The lines about patterns say the rest. */
function isNotWaiting({ patterns }: Toolset) {
  return ({ server, tool }: { server: string; tool: string }) =>
    !patterns.some(one => one.server === server && one.waiting.some(waiting => waiting.tool === tool))
}

/** What the patterns of `read_only_tools` cover, and what waits for a person. */
function patternLines({ patterns, customer }: Toolset): Explained[] {
  return patterns.flatMap(({ server, pattern, tools, waiting }) => {
    const names = waiting.map(({ tool }) => visible(tool)).join(', ')
    return [
      ...(tools.length > 0
        ? [
            {
              message: `${server}: "${pattern}" makes read-only: ${tools.map(tool => visible(tool)).join(', ')}`,
            },
          ]
        : []),
      ...(waiting.length > 0
        ? [
            {
              message: `${server}: "${pattern}" matches tools that are not accepted yet: ${names}`,
              hint: `run \`supportmax tools accept ${customer.id}\` to see and accept them`,
            },
          ]
        : []),
    ]
  })
}
