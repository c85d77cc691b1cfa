// Label matchers as Alertmanager evaluates them: regular expressions are anchored, and a missing label equals "".
export interface Matcher {
  name: string
  value: string
  isRegex: boolean
  isEqual?: boolean
}

export type Labels = Record<string, string>

const FORM = /^\s*([a-zA-Z_]\w*)\s*(=~|!~|!=|=)\s*"?((?:[^"\\]|\\.)*)"?\s*$/

/** Undefined when `text` is not a matcher. */
export function parseMatcher(text: string): Matcher | undefined {
  const [, name, operator = '', value = ''] = FORM.exec(text) ?? []
  if (!name) return undefined
  const plain = value.replace(/\\(.)/g, (_, c: string) => (c === 'n' ? '\n' : c))
  return { name, value: plain, isRegex: operator.endsWith('~'), isEqual: operator.startsWith('=') }
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
