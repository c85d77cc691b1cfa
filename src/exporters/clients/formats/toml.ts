import { parse, stringify, TomlError } from 'smol-toml'
import { type EntryFormat, eolOf, UnreadableText, withLastEol } from './format.ts'

/** TOML, where each entry is a table of its own at the end of the file. */
export const TOML_FORMAT: EntryFormat = {
  read: readToml,
  insert(text, place, entry) {
    const table = tableText(place.container, place.name, entry)
    const eol = eolOf(text)
    const before = withLastEol(text)
    return `${before}${before === '' ? '' : eol}${table.replaceAll('\n', eol)}`
  },
  remove(text, { container, name }) {
    const lines = text.split(/(?<=\n)/)
    const own = `${container}.${name}`
    const isOwn = (line: string) => `${headerOf(line)}.`.startsWith(`${own}.`)
    // The last one: an earlier line can be part of a text.
    const start = lines.findLastIndex(line => headerOf(line) === own)
    if (start < 0) return text
    const next = lines.findIndex((line, at) => at > start && headerOf(line) !== undefined && !isOwn(line))
    const limit = next < 0 ? lines.length : next
    // Comments and blank lines before the next table belong to that.
    const last = lines.findLastIndex((line, at) => at < limit && !/^\s*(#.*)?$/.test(line))
    const hasGap = start > 0 && lines[start - 1]?.trim() === ''
    return [...lines.slice(0, hasGap ? start - 1 : start), ...lines.slice(last + 1)].join('')
  },
  print: ({ container, name }, entry) => tableText(container, name, entry).trimEnd(),
}

/** `mcp_servers.acme` of a line `[mcp_servers."acme"]`. */
function headerOf(line: string): string | undefined {
  const [, path] = /^\s*\[\[?([^[\]]+)\]\]?\s*(?:#.*)?$/.exec(line.trimEnd()) ?? []
  return path
    ?.split('.')
    .map(key => key.trim().replace(/^(["'])(.*)\1$/, '$2'))
    .join('.')
}

/** Tables inside the entry are written inline, so that the entry is one table. */
function tableText(container: string, name: string, entry: object): string {
  const lines = Object.entries(entry).map(([key, value]) => `${key} = ${inlineText(value)}`)
  return `[${container}.${name}]\n${lines.join('\n')}\n`
}

function inlineText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inlineText).join(', ')}]`
  if (typeof value === 'object' && value !== null)
    return `{ ${Object.entries(value)
      .map(([key, one]) => `${key} = ${inlineText(one)}`)
      .join(', ')} }`
  return stringify({ value }).trim().slice('value = '.length)
}

function readToml(text: string): unknown {
  try {
    return parse(text.replace(/^\uFEFF/, ''))
  } catch (error) {
    if (!(error instanceof TomlError)) throw error
    // The other lines of the message quote the file.
    const reason = error.message.split('\n')[0]?.replace(/^Invalid TOML document: /, '') ?? 'is not TOML'
    throw new UnreadableText(error.line, error.column, reason)
  }
}
