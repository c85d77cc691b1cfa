import { isRecord } from '../../base/records.ts'
import { oneLine } from '../../base/text/words.ts'
import { unframed } from '../calls/framed.ts'
import type { Message } from '../platform.ts'

/** Ends every answer. */
export const NOTICE = '_Demo model: answered by rules, no language model was called._'

const MOST_ITEMS = 5
const HEADS = ['alertname', 'alert', 'name', 'title', 'queue', 'displayName', 'comment', 'text', 'id']
/** Shown first, in this order. */
const TELLING = [
  'severity',
  'age',
  'muted_alerts',
  'waiting',
  'interacting',
  'site',
  'note',
  'state',
  'status',
  'instance',
  'since',
]
/** Never shown: fields for machines. */
const MACHINE = /(^|_)(id|uid|at|seconds)$|fingerprint|url$/i

/** An answer made only from the tools' real results. */
export function answerFrom(results: readonly Extract<Message, { role: 'tool' }>[]): string {
  return [...results.map(section), NOTICE].join('\n\n')
}

function section({ name, text: framed, isError }: Extract<Message, { role: 'tool' }>): string {
  const { number, text } = unframed(framed)
  const cited = number === undefined ? '' : ` [${number}]`
  const title = `**${name.replace('__', ' · ')}**${cited}`
  if (isError) return `${title} ${errorWords(name, oneLine(text, 300))}`
  // The call that is cited says which tool it was.
  const told = (summary: string) => (cited === '' ? `${title}: ${summary}` : `**${summary}**${cited}`)
  const data = parsed(text)
  if (data) return [told(summaryOf(data)), ...items(data, cited)].join('\n')
  // A truncated result is no longer valid JSON, but its first key is intact.
  const summary = text.match(/^\s*\{\s*(?:"paging":\s*\{[^{}]*\},\s*)?"summary":\s*("(?:[^"\\]|\\.)*")/)?.[1]
  if (summary) return told(oneLine(JSON.parse(summary) as string, 600))
  const lines = text.split('\n').filter(line => line.trim())
  return `${title}:\n\n${lines
    .slice(0, 6)
    .map(line => `> ${oneLine(line, 200)}${cited}`)
    .join('\n')}`
}

/** Errors of the toolset begin with the tool's name (`x__y was not run: …`), those of a server do not. */
function errorWords(name: string, text: string): string {
  return text.startsWith(`${name} `) ? text.slice(name.length + 1) : `failed: ${text}`
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    if (Array.isArray(value)) return { items: value }
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

function summaryOf(data: Record<string, unknown>): string {
  if (typeof data.summary === 'string') return oneLine(data.summary, 600)
  const facts = Object.entries(data).flatMap(([key, value]) => {
    if (Array.isArray(value)) return [`${value.length} ${key}`]
    return isScalar(value) ? [`${key} ${value}`] : []
  })
  return oneLine(facts.slice(0, 6).join(', ') || 'no summary', 300)
}

/** @param cited at the end of each: ` [3]` */
function items(data: Record<string, unknown>, cited: string): string[] {
  const lists = Object.values(data)
    .filter(value => Array.isArray(value))
    .filter(one => one.length > 0)
  // The matchers of a preview are only what was asked for.
  const list: unknown[] | undefined =
    lists.find(one => typeof one[0] === 'object') ?? (isOfObjects(data) ? undefined : lists[0])
  if (!list) return []
  const lines = list.slice(0, MOST_ITEMS).map(item => `- ${itemLine(item)}${cited}`)
  const more = list.length - lines.length
  return ['', ...lines, ...(more > 0 ? [`- … and ${more} more`] : [])]
}

/** Also when there are none: `{ matchers: [...], alerts: [] }`. */
function isOfObjects({ paging }: Record<string, unknown>): boolean {
  return isRecord(paging) && paging.total === 0
}

function itemLine(item: unknown): string {
  if (typeof item !== 'object' || item === null) return oneLine(String(item), 120)
  const record = { ...(item as { labels?: object }).labels, ...item } as Record<string, unknown>
  const head = HEADS.find(key => typeof record[key] === 'string')
  const rest = Object.entries(record)
    .filter(([key, value]) => key !== head && !MACHINE.test(key) && isScalar(value) && String(value) !== '')
    .sort(([a], [b]) => rank(a) - rank(b))
    .slice(0, 4)
    .map(([key, value]) => `${key} ${oneLine(String(value), 60)}`)
  const name = head ? `**${oneLine(String(record[head]), 80)}**` : ''
  const { matchers } = record
  const labels = Array.isArray(matchers) ? oneLine(matchers.join(', '), 200) : ''
  return [name, labels, rest.join(', ')].filter(Boolean).join(' — ') || oneLine(JSON.stringify(item), 120)
}

function rank(key: string): number {
  const at = TELLING.indexOf(key)
  return at < 0 ? TELLING.length : at
}

function isScalar(value: unknown): value is string | number | boolean {
  return ['string', 'number', 'boolean'].includes(typeof value)
}
