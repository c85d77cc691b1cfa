import { z } from 'zod'
import { SupportError } from '../../base/errors.ts'
import type { Matcher } from './api.ts'

/** A label name that needs no quotes in any version. */
const CLASSIC_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/

// Name, operator, value. Quotes of all three kinds are accepted, as in PromQL; a bare name ends where the operator begins,
// and is any text without the characters that Alertmanager 0.27+ reserves.
const FORM =
  /^\s*(?:"((?:[^"\\]|\\.)+)"|([^\s{}!=~,\\"'`]+))\s*(=~|!~|!=|=)\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|`([^`]*)`|([^"'`]*?))\s*$/s

/** One matcher inside braces: up to a comma that is not inside quotes. */
const IN_BRACES = /(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`|[^,"'`])+/gs

export const MATCHERS = z
  .array(z.string().min(2).max(1_000))
  .max(20)
  .describe(
    'Label matchers that must all match: name="v", name!="v", name=~"regex", name!~"regex". ' +
      'Names with other characters may be quoted: "host.name"="v".',
  )

/** `{a="b", c=~"d"}` and `a="b"` as the API's silences need them. Throws a SupportError for anything else. */
export function parseMatchers(texts: readonly string[]): Matcher[] {
  return texts.flatMap(text => {
    const inner = /^\s*\{(.*)\}\s*$/s.exec(text)?.[1]
    return inner === undefined ? [parseMatcher(text)] : (inner.match(IN_BRACES) ?? []).flatMap(orNothing)
  })
}

// A comma may follow the last matcher in braces.
function orNothing(part: string): Matcher[] {
  return part.trim() === '' ? [] : [parseMatcher(part)]
}

function parseMatcher(text: string): Matcher {
  const [, quotedName, bareName, operator = '=', double, single, raw, bare] = FORM.exec(text) ?? []
  const name = quotedName === undefined ? bareName : unescaped(quotedName)
  if (!name)
    throw new SupportError('usage', `matcher ${JSON.stringify(text)}: must have the form name="value"`)
  const quoted = double ?? single
  return {
    name,
    value: quoted === undefined ? (raw ?? bare ?? '') : unescaped(quoted),
    isRegex: operator.endsWith('~'),
    isEqual: operator.startsWith('='),
  }
}

// Other backslashes stay, as in Alertmanager's own parser: a regex such as "db-\d+" is often written like that.
function unescaped(text: string): string {
  return text.replace(/\\(["'\\n])/g, (_, c: string) => (c === 'n' ? '\n' : c))
}

/** A matcher as the API's `filter` and people read it; only names that classic Alertmanager cannot parse are quoted. */
export function matcherText({ name, value, isRegex, isEqual = true }: Matcher): string {
  const operator = `${isEqual ? '=' : '!'}${isRegex ? '~' : isEqual ? '' : '='}`
  return `${CLASSIC_NAME.test(name) ? name : quoted(name)}${operator}${quoted(value)}`
}

function quoted(text: string): string {
  return `"${text.replace(/[\\"]/g, '\\$&').replace(/\n/g, '\\n')}"`
}

/** Filters of a query: the given matchers, checked, plus those for the most common labels. */
export function filtersOf(
  given: { filter: string[]; severity?: string | undefined; alertname?: string | undefined },
  severityLabel = 'severity',
): string[] {
  const shortcut = (name: string, value: string | undefined): Matcher[] =>
    value === undefined ? [] : [{ name, value, isRegex: false }]
  const matchers = [
    ...parseMatchers(given.filter),
    ...shortcut(severityLabel, given.severity),
    ...shortcut('alertname', given.alertname),
  ]
  return matchers.map(matcherText)
}
