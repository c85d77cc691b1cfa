// Label matchers as Alertmanager evaluates them: regular expressions are anchored, and a missing label equals "".
export interface Matcher {
  name: string
  value: string
  isRegex: boolean
  isEqual?: boolean
}

export type Labels = Record<string, string>

// Since 0.27, a name is in quotes or has none of the reserved characters.
const FORM = /^\s*(?:"((?:[^"\\]|\\.)+)"|([^\s{}!=~,\\"'`]+))\s*(=~|!~|!=|=)\s*"?((?:[^"\\]|\\.)*)"?\s*$/

/** Undefined when `text` is not a matcher. */
export function parseMatcher(text: string): Matcher | undefined {
  const [, quoted, bare, operator = '', value = ''] = FORM.exec(text) ?? []
  const name = quoted === undefined ? bare : unescaped(quoted)
  if (!name) return undefined
  const isEqual = operator.startsWith('=')
  return { name, value: unescaped(value), isRegex: operator.endsWith('~'), isEqual }
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/g, (_, c: string) => (c === 'n' ? '\n' : c))
}

/** Whether the labels match all matchers. */
export function fits(labels: Labels, matchers: readonly Matcher[]): boolean {
  return matchers.every(({ name, value, isRegex, isEqual = true }) => {
    const label = labels[name] ?? ''
    const equal = isRegex ? new RegExp(`^(?:${value})$`).test(label) : label === value
    return equal === isEqual
  })
}

/** Parses matchers of the demo's own data, which are known to be valid. */
export function matchersOf(texts: readonly string[]): Matcher[] {
  return texts.flatMap(text => parseMatcher(text) ?? [])
}
