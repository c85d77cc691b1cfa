// Changes that were made in a conversation and still hold: silences, until they end.

import { isRecord } from '../../base/records.ts'
import { dateOf, endOf } from '../dry-run/period.ts'
import type { Evidence } from '../evidence/book.ts'
import { jsonIn } from '../evidence/json.ts'

export interface MadeSilence {
  made: Evidence
  /** Undefined if its call does not say. */
  until: Date | undefined
  id: string | undefined
  /** The call that ended it. */
  ended: Evidence | undefined
}

const SILENCE = /silence/i
const ENDING = /expire|delete|remove|end_silence/i

/** The silences that the calls have made, with what ended them. Calls that may have run count. */
export function silencesIn(calls: readonly Evidence[]): MadeSilence[] {
  const about = calls.filter(one => one.isWrite && SILENCE.test(one.tool))
  const isEnding = ({ tool, args }: Evidence) =>
    ENDING.test(tool) || (isRecord(args) && ENDING.test(String(args.operation)))
  return about
    .filter(one => !isEnding(one) && one.kind === 'answered')
    .map(made => {
      const id = idIn(made)
      const ended = about.find(
        one => isEnding(one) && one.number > made.number && one.kind === 'answered' && names(one, id),
      )
      return { made, until: untilOf(made), id, ended }
    })
}

function names({ args }: Evidence, id: string | undefined): boolean {
  return id !== undefined && isRecord(args) && Object.values(args).includes(id)
}

function untilOf(made: Evidence): Date | undefined {
  const given: Record<string, unknown> = isRecord(made.args) ? made.args : {}
  const from = dateOf(given.starts_at ?? given.startsAt) ?? made.at
  const asked = endOf(given.duration, given.ends_at ?? given.endsAt, from)
  return asked ?? dateOf(fieldIn(made, /^(ends_?at|until)$/i))
}

/** As the server named it. */
function idIn(made: Evidence): string | undefined {
  const found = fieldIn(made, /^(silence_?id|id)$/i)
  if (typeof found === 'string') return found
  const text = textOf(made).trim()
  return /^"?[0-9a-f-]{36}"?$/i.test(text) ? text.replaceAll('"', '') : undefined
}

const DEEPEST = 3

function fieldIn(made: Evidence, key: RegExp): unknown {
  const search = (value: unknown, depth: number): unknown => {
    if (!isRecord(value) || depth > DEEPEST) return undefined
    const own = Object.entries(value).find(([name, one]) => key.test(name) && typeof one === 'string')
    return own?.[1] ?? Object.values(value).reduce((found, one) => found ?? search(one, depth + 1), undefined)
  }
  return search(jsonIn(textOf(made))?.value, 0)
}

function textOf(one: Evidence): string {
  try {
    return one.text()
  } catch {
    return ''
  }
}
