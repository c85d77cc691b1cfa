// Changes that were made in a conversation and still hold: silences, until they end.

import { isRecord } from '../../base/records.ts'
import { MAY_HAVE_RUN } from '../../toolset/toolset.ts'
import { dateOf, endOf } from '../dry-run/period.ts'
import type { Evidence } from '../evidence/book.ts'
import { jsonIn } from '../evidence/json.ts'

export interface MadeSilence {
  made: Evidence
  /** Undefined if its call does not say. */
  until: Date | undefined
  id: string | undefined
  /** What has become of it since. */
  after: LaterCall | undefined
}

interface LaterCall {
  number: number
  did: 'ended' | 'changed'
  /** False if nobody knows whether it ran. */
  isSure: boolean
}

const SILENCE = /silence/i
/** When it ends. */
const END = /^(ends_?at|until)$/i
const ENDING = /expire|delete|remove|end_silence|unsilence|clear|cancel/i

/** The silences that the calls have made, with what ended or changed them. Later calls that may have run count. */
export function silencesIn(calls: readonly Evidence[]): MadeSilence[] {
  const about = calls.filter(one => one.isWrite && SILENCE.test(one.tool))
  return about
    .filter(one => !isEnding(one) && one.kind === 'answered')
    .map(made => {
      const id = idIn(made)
      const later = about.flatMap(one =>
        one.number > made.number && names(one, id) ? (laterCall(one) ?? []) : [],
      )
      const after = later.find(one => one.did === 'ended' && one.isSure) ?? later.at(-1)
      return { made, until: untilOf(made), id, after }
    })
}

function isEnding({ tool, args }: Evidence): boolean {
  return ENDING.test(tool) || (isRecord(args) && ENDING.test(String(args.operation)))
}

function laterCall(one: Evidence): LaterCall | undefined {
  const isSure = one.kind === 'answered'
  if (!isSure && !textOf(one).includes(MAY_HAVE_RUN)) return undefined
  return { number: one.number, did: isEnding(one) ? 'ended' : 'changed', isSure }
}

function names({ args }: Evidence, id: string | undefined): boolean {
  return id !== undefined && isIn(args, id)
}

/** Also in a list, or deeper. */
function isIn(value: unknown, id: string, depth = 0): boolean {
  if (value === id) return true
  if (typeof value !== 'object' || value === null || depth > DEEPEST) return false
  return Object.values(value).some(one => isIn(one, id, depth + 1))
}

/** The server has the last word: it may allow less than was asked for. */
function untilOf(made: Evidence): Date | undefined {
  const given = (key: RegExp) => found(made.args, key)
  const from = dateOf(given(/^starts_?at$/i)) ?? made.at
  return dateOf(fieldIn(made, END)) ?? endOf(given(/^duration$/i), given(END), from)
}

/** As the server named it. */
function idIn(made: Evidence): string | undefined {
  const own = fieldIn(made, /^(silence_?id|id)$/i)
  if (typeof own === 'string') return own
  const text = textOf(made).trim()
  return /^"?[0-9a-f-]{36}"?$/i.test(text) ? text.replaceAll('"', '') : undefined
}

const DEEPEST = 3

function fieldIn(made: Evidence, key: RegExp): unknown {
  return found(jsonIn(textOf(made))?.value, key)
}

/** The first text with such a name. */
function found(value: unknown, key: RegExp, depth = 0): unknown {
  if (!isRecord(value) || depth > DEEPEST) return undefined
  const own = Object.entries(value).find(([name, one]) => key.test(name) && typeof one === 'string')
  return own?.[1] ?? Object.values(value).reduce((one, next) => one ?? found(next, key, depth + 1), undefined)
}

function textOf(one: Evidence): string {
  try {
    return one.text()
  } catch {
    return ''
  }
}
