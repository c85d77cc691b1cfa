// The numbers that a tool result shows: those written in it, and what a reader counts or adds up.

import { isRecord } from '../../base/records.ts'
import { jsonIn } from './json.ts'

/** The numbers of some results, for comparison. */
export interface ShownNumbers {
  /** Whether there is a number in this range, both ends included. */
  within(least: number, most: number): boolean
}

/** A longer result is not searched for what can be counted in it. */
const LONGEST_COUNTED = 2_000_000
const DEEPEST = 40

/** @param asked the question, and the arguments of the calls: nothing is counted in these */
export function shownIn(texts: readonly string[], asked: readonly string[] = []): ShownNumbers {
  const sorted = Float64Array.from(texts.flatMap(numbersShown).concat(asked.flatMap(numbersWritten))).sort()
  return {
    within(least, most) {
      const found = sorted[firstFrom(sorted, least)]
      return found !== undefined && found <= most
    },
  }
}

/** Where the first number that is not smaller than `least` stands. */
function firstFrom(sorted: Float64Array, least: number): number {
  let [from, to] = [0, sorted.length]
  while (from < to) {
    const middle = (from + to) >> 1
    if ((sorted[middle] ?? 0) < least) from = middle + 1
    else to = middle
  }
  return from
}

function numbersShown(text: string): number[] {
  const numbers = numbersWritten(text)
  if (text.length > LONGEST_COUNTED) return numbers
  const json = jsonIn(text)
  return numbers.concat(json ? countsIn(json.value) : linesOf(text))
}

/** One at a time: the matches of 20 MB at once would fill the memory. */
function numbersWritten(text: string): number[] {
  const found: number[] = []
  for (const [number] of text.matchAll(/-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?/g)) {
    found.push(Number(number))
    if (number.startsWith('-')) found.push(-Number(number))
  }
  return found
}

function linesOf(text: string): number[] {
  return [text.split('\n').filter(line => line.trim()).length]
}

/** How long its lists are, how often a value is in them, and the sums and means of their numbers. */
function countsIn(value: unknown): number[] {
  const counts: number[][] = []
  walk(value, 0, list => counts.push([list.length], tallies(list)))
  return counts.flat()
}

function walk(value: unknown, depth: number, found: (list: unknown[]) => void): void {
  if (depth > DEEPEST || typeof value !== 'object' || value === null) return
  if (Array.isArray(value)) found(value)
  for (const one of Object.values(value)) walk(one, depth + 1, found)
}

/** Of the fields of its items. */
function tallies(list: readonly unknown[]): number[] {
  const byKey = Map.groupBy(
    list.flatMap(one => fieldsOf(one, '', 0)),
    ([key]) => key,
  )
  return [...byKey.values()].flatMap(fields => {
    const often = new Map<unknown, number>()
    for (const [, value] of fields) often.set(value, (often.get(value) ?? 0) + 1)
    const numbers = fields.flatMap(([, value]) => (typeof value === 'number' ? [value] : []))
    const sum = numbers.reduce((all, one) => all + one, 0)
    return [...often.values(), often.size, ...(numbers.length > 0 ? [sum, sum / numbers.length] : [])]
  })
}

function fieldsOf(value: unknown, key: string, depth: number): [string, unknown][] {
  if (!isRecord(value)) return Array.isArray(value) || depth > 3 ? [] : [[key, value]]
  return Object.entries(value).flatMap(([name, one]) => fieldsOf(one, `${key}.${name}`, depth + 1))
}
