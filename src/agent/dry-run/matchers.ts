// The matchers of silences, as servers write them.

import { isRecord } from '../../base/records.ts'
import { type Matcher, textOf } from './parts.ts'

/** A list of texts, as Alertmanager's own, or of objects, as in its API and Grafana's. Empty if it is no list. */
export function matchersIn(value: unknown): Matcher[] {
  return Array.isArray(value)
    ? value.flatMap(one => (isRecord(one) ? inRecord(one) : inText(String(one))))
    : []
}

function inRecord({ name, value, isRegex, isEqual = true }: Record<string, unknown>): Matcher {
  const operator = isEqual ? (isRegex ? '=~' : '=') : isRegex ? '!~' : '!='
  return { name: String(name), operator, value: String(value) }
}

function inText(text: string): Matcher[] {
  const [, quoted, bare, operator, value] =
    /^(?:("(?:[^"\\]|\\.)*")|([^=!~]+))(=~|!~|!=|=)([\s\S]*)$/.exec(text) ?? []
  const name = bare?.trim() ?? quoted
  return name !== undefined && operator !== undefined
    ? [{ name, operator, value: unquoted(value?.trim() ?? '') }]
    : []
}

function unquoted(text: string): string {
  try {
    return textOf(JSON.parse(text)) ?? text
  } catch {
    return text
  }
}
