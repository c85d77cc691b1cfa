import type { Evidence } from '../evidence/book.ts'

/** Without the names of the tools that were called, which mean nothing to a customer. */
export function withoutTools(text: string, evidence: readonly Pick<Evidence, 'server' | 'tool'>[]): string {
  const names = evidence.flatMap(({ server, tool }) => [
    ...(server === '' ? [] : [`${server}__${tool}`, `${server} · ${tool}`]),
    // A name without one may be a word of the answer.
    ...(/[_-]/.test(tool) ? [tool] : []),
  ])
  const longestFirst = [...new Set(names)].sort((a, b) => b.length - a.length)
  if (longestFirst.length === 0) return text
  const any = longestFirst.map(name => RegExp.escape(name)).join('|')
  return text.replace(new RegExp(`\\x60?(?<![\\w-])(?:${any})(?![\\w-])\\x60?`, 'gi'), 'a tool')
}
