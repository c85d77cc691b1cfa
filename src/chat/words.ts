import { cleanLine } from '../base/text/terminal-text.ts'
import { didYouMean } from '../base/text/words.ts'
import { type Customer, isProduction, type Project } from '../config/project.ts'
import type { Toolset } from '../toolset/toolset.ts'
import { COMMANDS } from './typing/commands.ts'
import type { ChatCustomer, Published } from './view/view.ts'

export interface StatusLine {
  server: string
  state: string
  reason: string
  hint: string
}

export function chatCustomer(customer: Customer): ChatCustomer {
  const { id, name, access } = customer
  return { id, name: cleanLine(name), access, production: isProduction(customer) }
}

export function publishedOf(set: Toolset): Published {
  return { tools: set.tools.length, withheld: set.withheld.length, missing: set.missing }
}

export function statusText(lines: readonly StatusLine[]): string {
  const rows = lines.map(({ server, state, reason, hint }) => [
    server,
    state,
    `${reason}${hint ? ` — ${hint}` : ''}`,
  ])
  return columns(rows) || 'no servers'
}

export function customerList(project: Project): string {
  const rows = project.customers.map(one => [one.id, `${one.name}${isProduction(one) ? ' PROD' : ''}`])
  return `/customer NAME; there are:\n${columns(rows)}`
}

/** @param leaving what /quit does. */
export function helpText(leaving = 'leave; servers go on running'): string {
  const commands = COMMANDS.map(one => [one.words, one.name === 'quit' ? leaving : one.does])
  const keys = [
    ['Esc', 'cancels'],
    ['Tab', 'completes'],
    ['Ctrl+C twice', 'quits'],
  ]
  return columns([...commands, ...keys])
}

export function toolText(set: Toolset | undefined): string {
  if (!set) return 'still connecting'
  const servers = Map.groupBy(set.tools, tool => tool.server)
  const rows = [...servers].map(([server, own]) => [server, own.map(tool => tool.tool).join(', ')])
  const reasons = Map.groupBy(set.withheld, one => one.reason)
  const withheld = [...reasons].map(
    ([reason, own]) => `withheld (${reason}): ${own.map(one => `${one.server} ${one.tool}`).join(', ')}`,
  )
  const missing = set.missing.map(one => `missing: ${one.server} (${one.state}) ${one.reason}`)
  return [columns(rows), ...withheld, ...missing].filter(Boolean).join('\n') || 'no tools'
}

export function unknownText({ word, could }: { word: string; could: readonly string[] }): string {
  if (could.length > 0) return `${word} could be ${could.join(' or ')}`
  const guess = didYouMean(
    word,
    COMMANDS.map(one => `/${one.name}`),
  )
  return `there is no ${word}${guess}; /help lists what there is`
}

/** Rows with every column but the last as wide as its widest cell, two spaces between. */
export function columns(rows: readonly (readonly string[])[]): string {
  const widthOf = (at: number) => Math.max(...rows.map(row => row[at]?.length ?? 0))
  const lines = rows.map(row =>
    row.map((cell, at) => (at < row.length - 1 ? cell.padEnd(widthOf(at)) : cell)).join('  '),
  )
  return lines.map(line => line.trimEnd()).join('\n')
}
