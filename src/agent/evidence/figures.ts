// The numbers in an answer, and whether the results that it cites show them.

import { withCitations, withoutCode } from './citations.ts'
import type { ShownNumbers } from './shown.ts'

/** A number in an answer, as it is written there, and what it may mean. */
export interface Figure {
  text: string
  /** More than one where a point or comma can separate thousands or decimals. */
  readings: { value: number; decimals: number }[]
  /** What it is multiplied by to get it in the units that a result may have. */
  scales: readonly number[]
  /** The numbers of a list without blanks, which could be one number with a comma: `9093,9094`. */
  listed: readonly number[]
  /** The word after it: `alerts` in `0 alerts`. */
  of: string
}

/** Of a word. Japanese and Chinese have no blanks around numbers. */
const LETTER = String.raw`[\p{L}--[\p{scx=Hani}\p{scx=Hira}\p{scx=Kana}]]`
const AMOUNT = String.raw`[\-\u2212]?(?:\d{1,3}(?: \d{3}){1,6}(?!\d)|\d+)(?:[.,'\u2009\u202f\u00a0]\d+){0,8}`
const UNIT = String.raw`%|分|秒|時間|[${LETTER}\u00b5]{1,9}(?:\/s)?`
const BEFORE = String.raw`(?<![${LETTER}\p{N}_.:,\/\\#@\-])`
const AFTER = String.raw`(?![${LETTER}\p{N}_])(?!(?:[.:\/\\\-]|[ \u00a0](?=\d{3}\b))\d)`

/** A number with its unit. Not part of a name, a version, a date, a time or an address. */
const NUMBER = new RegExp(String.raw`${BEFORE}(${AMOUNT})(?:\s?(${UNIT}))?${AFTER}`, 'gv')

const MONTHS = [
  'jan(?:uary|uar|vier)?|feb(?:ruary|ruar)?|févr(?:ier)?|mar(?:ch|s)?|märz?|apr(?:il)?|avr(?:il)?|may|mai|june?|juni|juin',
  'july?|juli|juil(?:let)?|aug(?:ust)?|août|sept?(?:ember|embre)?|o[ck]t(?:ober|obre)?|nov(?:ember|embre)?',
  'de[cz](?:ember)?|déc(?:embre)?|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre',
].join('|')

/** `27.11.` as Germans write it. Alone, it could end a sentence. */
const DAY = String.raw`\b(?:0?[1-9]|[12]\d|3[01])\.\s?(?:0?[1-9]|1[0-2])\.(?!\d)`

/** Dates and times in words: a result has them in another form. */
const DATES = [
  String.raw`\b\d{1,2}(?:\.|st|nd|rd|th|er)?\s(?:de\s)?(?:${MONTHS})\b\.?(?:\s(?:de\s)?\d{4}\b)?`,
  String.raw`\b(?:${MONTHS})\.?\s\d{1,2}(?:st|nd|rd|th)?\b(?:,?\s\d{4}\b)?`,
  String.raw`(?<=\b(?:am|vom|zum|bis|ab|seit|dem|den|der)\s)${DAY}|${DAY}(?=\s(?:um|gegen|ab|bis|von|zwischen)\b|,?\s\d{1,2}:\d\d)`,
  String.raw`\b\d{1,2}(?:\.\d\d)?\s?(?:Uhr|[ap]\.?m\b)|\b(?:UTC|GMT)\s?[\-+\u2212]\d{1,2}\b`,
  String.raw`(?:\d{2,4}年)?\d{1,2}月(?:\d{1,2}日)?|\d{1,2}時(?!間)(?:\d{1,2}分)?(?:\d{1,2}秒)?`,
]
const DATE = new RegExp(DATES.join('|'), 'giu')

/** `95th`, `5xx`: no amounts. */
const NO_UNIT = /^(?:st|nd|rd|th|er|e|[º\u00aa]|xx)$/i

/** Steps between units of one kind, such as seconds and milliseconds, and from 0.95 to 95 %. */
const SIZES = [0, 1, 2, 3, 4].flatMap(step => [1_000 ** step, 1_024 ** step])
const TIMES = [1, 60, 3_600, 86_400]
const SCALES: Record<string, readonly number[]> = {
  '%': [1, 0.01],
  ms: [1, 1e-3, 1e3, 1e6],
  s: [1, 1e3, 1e-3, 1e6, 1e9],
  min: [...TIMES, ...TIMES.map(one => one * 1_000), 1 / 60],
  h: [...TIMES, ...TIMES.map(one => one * 1_000)],
  d: [...TIMES, ...TIMES.map(one => one * 1_000)],
}
const SIZE = /^(?:[kKMGT]i?(?:B|b|o|bit|bytes)?|bytes|B|octets)(?:\/s|ps)?$|^(?:mio|mrd|million|billion)$/i
/** In the languages in which people ask. */
const UNIT_NAMES: [unit: string, name: RegExp][] = [
  ['%', /^(?:percent|prozent)$/i],
  ['ms', /^millis$/i],
  ['s', /^(?:secs?|seconds?|sek|sekunden?|segundos?|secondes?|秒)$/i],
  ['min', /^(?:m|[mM]in(?:s|ut(?:es?|en?|os?))?|分)$/],
  ['h', /^(?:hrs?|hours?|std|stunden?|horas?|heures?|時間)$/i],
  ['d', /^(?:days?|tagen?|tage?|d[ií]as?|jours?)$/i],
]

/** Those that a reader would check: not citations, numbers of list items and headings, or anything in code. */
export function figuresIn(answer: string): Figure[] {
  const text = withCitations(withoutCode(answer), () => ' ')
    .replace(/^[ \t]*(?:\d+[.)]|#+)[ \t]/gm, ' ')
    .replace(DATE, ' ')
  return [...text.matchAll(NUMBER)].flatMap(({ 1: number = '', 2: unit = '', index }) => {
    const readings = readingsOf(number.replace('\u2212', '-'))
    // Neither is a version, a date or an address a number.
    if (readings.length === 0 || NO_UNIT.test(unit)) return []
    const shown = unit === '%' ? `${number} %` : number
    const listed = unit === '' && LIST.test(number) ? number.split(',').map(Number) : []
    const of = /^[ \u00a0]?(\p{L}[\p{L}-]*)/u.exec(text.slice(index + number.length))?.[1] ?? ''
    return [{ text: shown, readings, scales: scalesOf(unit), listed, of }]
  })
}

/** `9093,9094`; not `12,345`, whose comma separates thousands, nor `1,5`. */
const LIST = /^(?!\d{1,3}(?:,\d{3})+$)\d{2,5}(?:,\d{2,5})+$/

function scalesOf(unit: string): readonly number[] {
  const name = UNIT_NAMES.find(([, written]) => written.test(unit))?.[0] ?? unit
  return (Object.hasOwn(SCALES, name) ? SCALES[name] : undefined) ?? (SIZE.test(unit) ? SIZES : [1])
}

function readingsOf(number: string): Figure['readings'] {
  const plain = number.replace(/[ '\u2009\u202f\u00a0]/g, '')
  const grouped = /^-?\d{1,3}([.,])\d{3}(?:\1\d{3})*(?:[.,]\d+)?$/.exec(plain)
  const decimal = plain.replace(',', '.')
  const asDecimal = /^-?\d+(\.\d+)?$/.test(decimal) ? [reading(decimal)] : []
  if (!grouped) return asDecimal
  const separator = grouped[1] ?? ','
  const joined = plain.replaceAll(separator, '').replace(',', '.')
  return [...asDecimal, reading(joined)]
}

function reading(text: string): Figure['readings'][number] {
  return { value: Number(text), decimals: text.split('.')[1]?.length ?? 0 }
}

/** Whether it is one of these numbers, rounded as it is written, or a list of them. */
export function isShown({ readings, scales, listed }: Figure, shown: ShownNumbers): boolean {
  if (listed.length > 0 && listed.every(one => shown.within(one, one))) return true
  return readings.some(({ value, decimals }) =>
    scales.some(scale => {
      const half = 0.5 * 10 ** -decimals * 1.0001
      const [one, other] = [(value - half) * scale, (value + half) * scale]
      return shown.within(Math.min(one, other), Math.max(one, other))
    }),
  )
}
