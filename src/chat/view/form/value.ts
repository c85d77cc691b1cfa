// What a line means as the value of a field.

import { counted } from '../../../base/text/amounts.ts'
import type { FormField, FormValue } from './fields.ts'

export type GivenValue = { value: FormValue | undefined } | { why: string }

/** Typed to leave a field empty that has a default. */
const NOTHING = '-'

/** Enter alone takes the default; without one, it leaves out what is not required. */
export function valueIn(line: string, field: FormField): GivenValue {
  const text = line.trim()
  if (text === '' && field.standard !== undefined) return { value: field.standard }
  if (text === '' || text === NOTHING)
    return field.isRequired ? { why: `${field.title} is required` } : { value: undefined }
  switch (field.kind) {
    case 'boolean':
      return yesOrNo(text)
    case 'number':
    case 'integer':
      return numberIn(text, field)
    case 'choice':
      return chosen(text, field)
    case 'choices':
      return several(text, field)
    case 'text':
      return textIn(text, field)
  }
}

function yesOrNo(text: string): GivenValue {
  if (/^(y|yes|true)$/i.test(text)) return { value: true }
  return /^(n|no|false)$/i.test(text) ? { value: false } : { why: 'type y or n' }
}

function numberIn(text: string, { kind, least, most }: FormField): GivenValue {
  const value = Number(text)
  if (!Number.isFinite(value) || (kind === 'integer' && !Number.isSafeInteger(value)))
    return { why: kind === 'integer' ? 'type a whole number' : 'type a number' }
  const isInside = value >= (least ?? value) && value <= (most ?? value)
  return isInside ? { value } : { why: `type a number ${rangeText(least, most)}` }
}

/** `from 1 to 100`, `of at least 1`, `of at most 100`. */
export function rangeText(least: number | undefined, most: number | undefined): string {
  if (least !== undefined && most !== undefined) return `from ${least} to ${most}`
  return least === undefined ? `of at most ${most}` : `of at least ${least}`
}

/** By its number in the list, or by its words. */
function chosen(text: string, { options }: FormField): GivenValue {
  const lower = text.toLowerCase()
  const byWords = options.find(one => one.value === text || one.label.toLowerCase() === lower)
  const found = byWords ?? (/^\d+$/.test(text) ? options[Number(text) - 1] : undefined)
  return found ? { value: found.value } : { why: `type a number from 1 to ${options.length}` }
}

function several(text: string, field: FormField): GivenValue {
  const given = text.split(',').map(one => chosen(one.trim(), field))
  const wrong = given.find(one => 'why' in one)
  if (wrong) return { why: `type numbers from 1 to ${field.options.length}, such as 1, 2` }
  const value = [...new Set(given.flatMap(one => ('value' in one ? [String(one.value)] : [])))]
  const { least = 0, most = value.length } = field
  if (value.length < least) return { why: `choose at least ${least}` }
  return value.length > most ? { why: `choose at most ${most}` } : { value }
}

/** Each character of the pattern is checked by the server. */
const FORMATS: Record<string, { fits: (text: string) => boolean; example: string }> = {
  email: { fits: text => /^[^\s@]+@[^\s@]+$/.test(text), example: 'name@example.com' },
  uri: { fits: text => URL.canParse(text), example: 'https://example.com' },
  date: { fits: text => /^\d{4}-\d\d-\d\d$/.test(text) && isTime(text), example: '2026-11-27' },
  'date-time': {
    fits: text => /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/i.test(text) && isTime(text),
    example: '2026-11-27T14:00:00Z',
  },
}

/** What Date would take for another day, such as 30 February, is none. */
function isTime(text: string): boolean {
  const [day = ''] = text.split(/t/i)
  const date = new Date(`${day}T00:00:00Z`)
  return !Number.isNaN(Date.parse(text)) && date.toISOString().startsWith(day)
}

export function exampleOf({ format = '' }: FormField): string | undefined {
  return Object.hasOwn(FORMATS, format) ? FORMATS[format]?.example : undefined
}

function textIn(text: string, field: FormField): GivenValue {
  const { format = '', least, most } = field
  const known = Object.hasOwn(FORMATS, format) ? FORMATS[format] : undefined
  if (known && !known.fits(text)) return { why: `that is no ${format}: type it as in ${known.example}` }
  const length = [...text].length
  if (least !== undefined && length < least) return { why: `type at least ${counted(least, 'character')}` }
  if (most !== undefined && length > most) return { why: `type at most ${counted(most, 'character')}` }
  return { value: text }
}

/** A value as it is shown and sent. */
export function valueText(value: FormValue | undefined, { options, kind }: FormField): string {
  if (value === undefined) return ''
  if (kind === 'boolean') return value === true ? 'yes' : 'no'
  const label = (one: string) => options.find(({ value }) => value === one)?.label ?? one
  return Array.isArray(value) ? value.map(label).join(', ') : label(String(value))
}
