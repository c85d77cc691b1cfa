// Label matchers, as Alertmanager reads them: regular expressions are anchored, a missing label is "".
export interface Matcher {
  name: string
  value: string
  isRegex: boolean
  isEqual?: boolean
}

export type Labels = Record<string, string>

const FORM = /^\s*([a-zA-Z_]\w*)\s*(=~|!~|!=|=)\s*"?((?:[^"\\]|\\.)*)"?\s*$/

/** Undefined where `text` is not a matcher. */
export function parseMatcher(text: string): Matcher | undefined {
  const [, name, operator = '', value = ''] = FORM.exec(text) ?? []
  if (!name) return undefined
  const plain = value.replace(/\\(.)/g, (_, c: string) => (c === 'n' ? '\n' : c))
  return { name, value: plain, isRegex: operator.endsWith('~'), isEqual: operator.startsWith('=') }
}

/** Whether the labels fit all of the matchers. */
export function fits(labels: Labels, matchers: readonly Matcher[]): boolean {
  return matchers.every(({ name, value, isRegex, isEqual = true }) => {
    const label = labels[name] ?? ''
    const equal = isRegex ? new RegExp(`^(?:${value})$`).test(label) : label === value
    return equal === isEqual
  })
}

/** Parses matchers of the demo's own data, which are known to be well formed. */
export function matchersOf(texts: readonly string[]): Matcher[] {
  return texts.flatMap(text => parseMatcher(text) ?? [])
}
