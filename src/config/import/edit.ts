// Changes mcp_servers.json and the credentials file in one place each: comments, order and formatting stay.

import { createScanner, findNodeAtLocation, type Node, parseTree } from 'jsonc-parser'
import { isRecord } from '../../base/records.ts'
import { parseDocument } from '../document/parse.ts'
import { customerAt } from './translate.ts'

/**
 * The text of a configuration with these servers added to a customer, who is added if there is none of this name.
 *
 * @param text undefined: there is no file yet
 */
export function withServers(
  text: string | undefined,
  customer: string,
  servers: readonly Record<string, unknown>[],
): string {
  const fresh = { name: customer, mcp_servers: servers }
  if (text === undefined || text.trim() === '')
    return `${itemText({ customers: [fresh] }, '', { step: '  ', eol: '\n' })}\n`
  const at = customerAt(parseDocument('', text).value, customer)
  const root = parseTree(text, [], { allowTrailingComma: true })
  const path = at < 0 ? ['customers'] : ['customers', at, 'mcp_servers']
  const list = root && findNodeAtLocation(root, path)
  if (list?.type !== 'array') return text
  return appended(text, list, at < 0 ? [fresh] : servers)
}

/** Changes nothing but what it adds: the items, and a comma after the last old one if there was none. */
function appended(text: string, list: Node, items: readonly object[]): string {
  if (items.length === 0) return text
  const eol = text.includes('\r\n') ? '\r\n' : '\n'
  const [step] = /(?<=\n)[ \t]+(?=\S)/.exec(text) ?? ['  ']
  const last = list.children?.at(-1)
  const close = list.offset + list.length - 1
  if (!last) {
    const indent = indentAt(text, list.offset)
    const lines = items.map(item => `${indent}${step}${itemText(item, indent + step, { step, eol })}`)
    const rest = text.slice(list.offset + 1, close).trimEnd()
    return `${text.slice(0, list.offset + 1)}${rest}${eol}${lines.join(`,${eol}`)}${eol}${indent}${text.slice(close)}`
  }
  const end = last.offset + last.length
  const comma = commaAfter(text, end, close)
  const lineEnd = text.slice(end, close).search(/\r?\n/)
  const isOneLine = lineEnd < 0
  const indent = isOneLine ? `${indentAt(text, list.offset)}${step}` : indentAt(text, last.offset)
  const lines = items.map(item => `${indent}${itemText(item, indent, { step, eol })}`)
  const place = isOneLine ? close : Math.max(end + lineEnd, comma ?? 0)
  const between = isOneLine ? text.slice(end, close).trimEnd() : text.slice(end, place)
  const tail = isOneLine ? `${eol}${indentAt(text, list.offset)}${text.slice(close)}` : text.slice(place)
  const trailing = comma === undefined ? '' : ','
  return `${text.slice(0, end)}${comma === undefined ? ',' : ''}${between}${eol}${lines.join(`,${eol}`)}${trailing}${tail}`
}

const LONGEST_LINE = 100

/** JSON with everything on one line that fits on it. */
function itemText(item: unknown, indent: string, { step, eol }: { step: string; eol: string }): string {
  const short = oneLineText(item)
  if (indent.length + short.length <= LONGEST_LINE) return short
  const inner = indent + step
  if (Array.isArray(item))
    return `[${eol}${item.map(one => inner + itemText(one, inner, { step, eol })).join(`,${eol}`)}${eol}${indent}]`
  if (!isRecord(item)) return short
  const lines = Object.entries(item).map(
    ([key, one]) => `${inner}${JSON.stringify(key)}: ${itemText(one, inner, { step, eol })}`,
  )
  return `{${eol}${lines.join(`,${eol}`)}${eol}${indent}}`
}

function oneLineText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(oneLineText).join(', ')}]`
  if (!isRecord(value)) return JSON.stringify(value)
  const entries = Object.entries(value).map(([key, one]) => `${JSON.stringify(key)}: ${oneLineText(one)}`)
  return `{ ${entries.join(', ')} }`
}

/** The white space at the beginning of the line. */
function indentAt(text: string, offset: number): string {
  const line = text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset)
  return /^[ \t]*/.exec(line)?.[0] ?? ''
}

/** Where a trailing comma ends; undefined if there is none. */
function commaAfter(text: string, from: number, to: number): number | undefined {
  const scanner = createScanner(text.slice(from, to), true)
  scanner.scan()
  const at = from + scanner.getTokenOffset()
  return text[at] === ',' ? at + 1 : undefined
}

/** The text of a credentials file with these values added; a value without one is left for a person to fill in. */
export function withCredentials(text: string, values: ReadonlyMap<string, string | undefined>): string {
  const lines = [...values].map(([name, value]) =>
    value === undefined ? `# ${name}=''` : `${name}=${quoted(value)}`,
  )
  if (lines.length === 0) return text
  const before = text === '' || text.endsWith('\n') ? text : `${text}\n`
  return `${before}${lines.join('\n')}\n`
}

/** Read in the same way by supportmax and by `docker compose --env-file`, where that is possible. */
function quoted(value: string): string {
  if (!value.includes("'")) return `'${value}'`
  return value.includes('"') || /[$\\]/.test(value) ? `\`${value}\`` : `"${value}"`
}
