import { z } from 'zod'
import { SupportError } from '../../base/errors.ts'
import type { Matcher } from './api.ts'

const FORM = /^\s*([a-zA-Z_][a-zA-Z0-9_]*)\s*(=~|!~|!=|=)\s*(?:"((?:[^"\\]|\\.)*)"|([^"]*?))\s*$/

export const MATCHERS = z
  .array(z.string().min(2).max(1_000))
  .max(20)
  .describe('Label matchers that must all match: name="v", name!="v", name=~"regex", name!~"regex".')

/** `severity="critical"` as the API's silences need it. Quotes are optional. Throws for anything else. */
export function parseMatcher(text: string): Matcher {
  const [, name, operator = '=', quoted, bare] = FORM.exec(text) ?? []
  if (!name)
    throw new SupportError('usage', `matcher ${JSON.stringify(text)}: must have the form name="value"`)
  return {
    name,
    value: quoted?.replace(/\\(["\\n])/g, (_, c: string) => (c === 'n' ? '\n' : c)) ?? bare ?? '',
    isRegex: operator.endsWith('~'),
    isEqual: operator.startsWith('='),
  }
}

/** A matcher as the API's `filter` and people read it. */
export function matcherText({ name, value, isRegex, isEqual = true }: Matcher): string {
  const escaped = value.replace(/[\\"]/g, '\\$&').replace(/\n/g, '\\n')
  return `${name}${isEqual ? '=' : '!'}${isRegex ? '~' : isEqual ? '' : '='}"${escaped}"`
}

/** Filters of a query: the given matchers, checked, plus those for the most common labels. */
export function filtersOf(given: {
  filter: string[]
  severity?: string | undefined
  alertname?: string | undefined
}) {
  const shortcut = (name: string, value: string | undefined): Matcher[] =>
    value === undefined ? [] : [{ name, value, isRegex: false }]
  const matchers = [
    ...given.filter.map(parseMatcher),
    ...shortcut('severity', given.severity),
    ...shortcut('alertname', given.alertname),
  ]
  return matchers.map(matcherText)
}
