import { type Customer, isProduction, type Project } from '../config/project.ts'
import type { Toolset } from '../mcp/toolset.ts'
import { cleanLine } from './text.ts'
import { COMMANDS } from './typing/commands.ts'
import type { ChatCustomer, Published } from './view.ts'

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
  const texts = lines.map(
    ({ server, state, reason, hint }) =>
      `${server}  ${state}${reason ? `  ${reason}` : ''}${hint ? ` — ${hint}` : ''}`,
  )
  return texts.join('\n') || 'no servers'
}

export function customerList(project: Project): string {
  const lines = project.customers.map(
    one => `${one.id.padEnd(20)} ${one.name}${isProduction(one) ? ' PROD' : ''}`,
  )
  return ['/customer NAME; there are:', ...lines].join('\n')
}

export function helpText(): string {
  const keys = ['Esc             cancels', 'Tab             completes', 'Ctrl+C twice    quits']
  return [...COMMANDS.map(one => `${one.words.padEnd(16)}${one.does}`), ...keys].join('\n')
}

export function toolText(set: Toolset | undefined): string {
  if (!set) return 'still connecting'
  const servers = Map.groupBy(set.tools, tool => tool.server)
  const lines = [...servers].map(([server, own]) => `${server}  ${own.map(tool => tool.tool).join(', ')}`)
  const reasons = Map.groupBy(set.withheld, one => one.reason)
  const withheld = [...reasons].map(
    ([reason, own]) => `withheld (${reason}): ${own.map(one => `${one.server} ${one.tool}`).join(', ')}`,
  )
  const missing = set.missing.map(one => `missing: ${one.server} (${one.state}) ${one.reason}`)
  return [...lines, ...withheld, ...missing].join('\n') || 'no tools'
}
