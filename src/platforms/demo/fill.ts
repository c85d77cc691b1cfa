import { wordsOf } from './words.ts'

interface Property {
  type?: string | string[]
  items?: Property
  enum?: unknown[]
  default?: unknown
  minimum?: number
  maximum?: number
  format?: string
}

/**
 * Arguments for one tool: all required ones, and optional ones whose value appears in the question. Undefined if a
 * required one cannot be known (an id that was not mentioned).
 */
export function fillArguments(
  schema: Record<string, unknown>,
  question: string,
): Record<string, unknown> | undefined {
  const properties = (schema.properties ?? {}) as Record<string, Property>
  const required = new Set((schema.required ?? []) as string[])
  const args: Record<string, unknown> = {}
  for (const [name, property] of Object.entries(properties)) {
    const value =
      mentioned(name, property, question) ??
      (required.has(name) ? invented(name, property, question) : undefined)
    if (value !== undefined) args[name] = value
    else if (required.has(name) && property.default === undefined) return undefined
  }
  return args
}

function mentioned(name: string, property: Property, question: string): unknown {
  const words = new Set(wordsOf(question))
  if (property.enum)
    return property.enum.find(
      value => typeof value === 'string' && value.length > 3 && words.has(value.toLowerCase()),
    )
  if (name === 'severity' && isText(property))
    return question.toLowerCase().match(/\b(critical|warning|info)\b/)?.[1]
  if (isText(property) && /name|query|search|queue|text/i.test(name)) return quoted(question)
  if (/^(matchers|filter)$/.test(name)) return matchersIn(question)
  if (name === 'duration') return lengthIn(question)
  if (name === 'hours') return hoursIn(question, property)
  if (name === 'comment') return quoted(question, LONGEST_COMMENT)
  if (property.type === 'array' && property.items) {
    const one = mentioned(name, property.items, question)
    return one === undefined ? undefined : [one]
  }
  if (isText(property) && /id$/i.test(name))
    return question.match(/\b[0-9a-f]{8}(-[0-9a-f]{4,}){1,4}\b/i)?.[0]
  return undefined
}

function invented(name: string, property: Property, question: string): unknown {
  if (property.default !== undefined) return property.default
  if (property.enum) return property.enum[0]
  const types = [property.type ?? 'string'].flat()
  if (types.includes('boolean')) return false
  if (types.includes('integer') || types.includes('number')) return property.minimum ?? 10
  if (!types.includes('string')) return undefined
  if (/^(start|from|since)/i.test(name)) return 'now-1h'
  if (/^(end|to|until)/i.test(name)) return 'now'
  if (/^expr$|promql/i.test(name)) return 'up'
  if (/query|search|text|pattern|name/i.test(name)) return wordsOf(question).join(' ')
  return undefined
}

/** Punctuation after a value belongs to the sentence: `which alerts of site=hamburg?` A value in quotes may end with it. */
const MATCHER = /\b([a-z_]\w*)(=~|!~|!=|=)("[^"]*"|[^\s",(]*\([^\s",)]*\)|[^\s",]*[^\s",.;:?!)\]])/gi

/** The question without its labels and quoted texts. */
export function withoutValues(question: string): string {
  return question.replace(MATCHER, '').replace(/"[^"]*"|“[^”]*”/g, '')
}

const COUNTS = 'one two three four five six seven eight nine ten eleven twelve'.split(' ')
const SPAN = new RegExp(
  `\\b(?:(\\d+) ?|(${COUNTS.join('|')}) |(?:an?|last|past|next) )(m|min|h|hr|d|w|minute|hour|day|week)s?\\b`,
  'i',
)
const MINUTES: Record<string, number> = { m: 1, h: 60, d: 1_440, w: 10_080 }

/** `2 hours` and `two hours` as `2h`; `the last hour` as `1h`. */
function lengthIn(question: string): string | undefined {
  const [, figure, word, unit] = SPAN.exec(withoutValues(question)) ?? []
  if (unit === undefined) return undefined
  const count = figure ?? (word === undefined ? 1 : COUNTS.indexOf(word.toLowerCase()) + 1)
  return `${count}${unit.charAt(0).toLowerCase()}`
}

/** `the last 90 minutes` in whole hours, as many as the tool can. */
function hoursIn(question: string, { maximum = Number.POSITIVE_INFINITY }: Property): number | undefined {
  const length = lengthIn(question)
  if (length === undefined) return undefined
  const minutes = Number.parseInt(length, 10) * (MINUTES[length.slice(-1)] ?? 0)
  return Math.min(maximum, Math.max(1, Math.ceil(minutes / 60)))
}

/** `alertname=DiskFull site=~"ham.+"` as matchers; undefined without any. */
function matchersIn(question: string): string[] | undefined {
  const found = [...question.matchAll(MATCHER)]
  const texts = found.map(
    ([, name, operator, value = '']) => `${name}${operator}"${value.replace(/^"|"$/g, '')}"`,
  )
  return texts.length > 0 ? texts : undefined
}

function isText({ type }: Property): boolean {
  return [type ?? 'string'].flat().includes('string')
}

const LONGEST_NAME = 60
const LONGEST_COMMENT = 500

/** The first text in quotes that is not the value of a matcher. Within a word, a quote is an apostrophe. */
function quoted(question: string, longest = LONGEST_NAME): string | undefined {
  const [, double, single] =
    question
      .replace(MATCHER, '')
      .match(/["“„]([^"“”]+)["“”]|(?<![\p{L}\p{N}])['‘]([^'’]+)['’](?![\p{L}\p{N}])/u) ?? []
  const text = double ?? single
  return text !== undefined && text.length <= longest ? text : undefined
}
