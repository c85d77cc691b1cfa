import {
  isCollection,
  isMap,
  isSeq,
  type Pair,
  type ParsedNode,
  parseDocument,
  stringify,
  type YAMLMap,
} from 'yaml'
import {
  cannotEdit,
  type EntryFormat,
  type EntryPlace,
  eolOf,
  UnreadableText,
  withLastEol,
} from './format.ts'

/** YAML. The library finds the places; the text itself is edited, because writing a document would reformat it. */
export const YAML_FORMAT: EntryFormat = {
  read: text => documentOf(text).toJS(),
  insert(text, place, entry) {
    const root = documentOf(text).contents
    const eol = eolOf(text)
    const write = (value: unknown, indent: number) =>
      indented(stringify(value, { lineWidth: 0 }), indent, eol)
    const item = (place.kind === 'list' ? [entry] : { [place.name]: entry }) as object
    if (root === null || (isMap(root) && root.items.length === 0 && !root.flow))
      return withLastEol(text) + write({ ...place.head, [place.container]: item }, 0)
    if (!isMap(root)) throw cannotEdit(place)
    const container = pairOf(root, place.container)
    if (!container) {
      const whole = { [place.container]: item }
      return insertAt(text, root, write(whole, indentOf(text, root)), whole, place)
    }
    const { value } = container
    if (isCollection(value) && (value.items.length > 0 || root.flow))
      return insertAt(
        text,
        value as ParsedNode,
        write(item, indentOf(text, value as ParsedNode)),
        item,
        place,
      )
    return insertEmpty(text, container, write(item, indentOf(text, root) + 2), eol)
  },
  remove: removeEntry,
  print: (place, entry) =>
    stringify(
      { [place.container]: place.kind === 'list' ? [entry] : { [place.name]: entry } },
      { lineWidth: 0 },
    ).trimEnd(),
}

type ParsedPair = Pair<ParsedNode, ParsedNode | null>

/** After the last item of a block; before the closing bracket of a collection that is written on one line. */
function insertAt(text: string, node: ParsedNode, block: string, item: object, place: EntryPlace): string {
  if (!isCollection(node)) throw cannotEdit(place)
  if (!node.flow) {
    const end = endOfLine(text, node.range[1])
    const before = withLastEol(text.slice(0, end))
    return before + block + text.slice(end)
  }
  const close = node.range[1] - 1
  const inner = text.slice(0, close).trimEnd()
  const comma = node.items.length === 0 ? '' : inner.endsWith(',') ? ' ' : ', '
  const json = JSON.stringify(isMap(node) ? item : (item as object[])[0])
  const added = isMap(node) ? json.slice(1, -1) : json
  return `${inner}${comma}${added}${text.slice(inner.length, close)}${text.slice(close)}`
}

/** Into a container without items: `extensions:`, `extensions: {}`. */
function insertEmpty(text: string, { key, value }: ParsedPair, block: string, eol: string): string {
  const colon = text.indexOf(':', key.range[1]) + 1
  const end = isCollection(value) ? value.range[1] : colon
  const lineEnd = endOfLine(text, end)
  const comment = text.slice(end, lineEnd).trimEnd()
  return `${text.slice(0, colon)}${comment}${eol}${block}${text.slice(lineEnd)}`
}

function removeEntry(text: string, place: EntryPlace): string {
  const root = documentOf(text).contents
  const container = isMap(root) ? pairOf(root as YAMLMap.Parsed, place.container) : undefined
  const value = container?.value
  if (!container || !isCollection(value)) return text
  const items = value.items as (ParsedPair | ParsedNode)[]
  const at = items.findIndex(item => nameOf(item) === place.name)
  const item = items[at]
  if (!item) return text
  if (items.length === 1 && value.flow)
    return `${text.slice(0, value.range[0] + 1)}${text.slice(value.range[1] - 1)}`
  if (items.length === 1) return cutLines(text, container.key.range[0], value.range[1])
  const [start, end] = rangeOf(item)
  if (!value.flow) return cutLines(text, start, end)
  const [nextStart] = items[at + 1] ? rangeOf(items[at + 1] as ParsedPair) : []
  if (nextStart !== undefined) return text.slice(0, start) + text.slice(nextStart)
  const [, before] = rangeOf(items[at - 1] as ParsedPair)
  return text.slice(0, before) + text.slice(end)
}

function nameOf(item: ParsedPair | ParsedNode): unknown {
  if ('range' in item) return isMap(item) ? item.get('name') : undefined
  return (item.key as { value?: unknown }).value
}

function rangeOf(item: ParsedPair | ParsedNode): [start: number, end: number] {
  if ('range' in item) return [item.range[0], item.range[1]]
  return [item.key.range[0], item.value?.range[1] ?? item.key.range[1]]
}

/** Without all lines from the one with `from` to the one with the last character before `to`. */
function cutLines(text: string, from: number, to: number): string {
  const start = text.lastIndexOf('\n', from - 1) + 1
  return text.slice(0, start) + text.slice(endOfLine(text, to))
}

/** After the end of the line; where a value ends with its line, right there. */
function endOfLine(text: string, offset: number): number {
  if (text[offset - 1] === '\n') return offset
  const end = text.indexOf('\n', offset)
  return end < 0 ? text.length : end + 1
}

/** The column of the first item; for a list, that of its dash. */
function indentOf(text: string, node: ParsedNode): number {
  const [first] = isCollection(node) ? (node.items as (ParsedPair | ParsedNode)[]) : []
  if (!first) return 0
  const [start] = rangeOf(first)
  const line = text.slice(text.lastIndexOf('\n', start - 1) + 1, start).replace(/^\uFEFF/, '')
  return isSeq(node) ? line.lastIndexOf('-') : line.length
}

function indented(text: string, indent: number, eol: string): string {
  return text.replace(/^(?=.)/gm, ' '.repeat(indent)).replaceAll('\n', eol)
}

function pairOf(root: { items: unknown[] }, key: string): ParsedPair | undefined {
  return (root.items as ParsedPair[]).find(one => (one.key as { value?: unknown }).value === key)
}

function documentOf(text: string) {
  const document = parseDocument(text)
  const [fault] = document.errors
  if (!fault) return document
  const { line, col } = fault.linePos?.[0] ?? { line: 1, col: 1 }
  throw new UnreadableText(
    line,
    col,
    fault.message.split('\n')[0]?.replace(/ at line \d.*/, '') ?? 'is not YAML',
  )
}
