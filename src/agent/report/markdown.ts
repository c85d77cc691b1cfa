// Text from elsewhere as a part of a Markdown document.

import { clean, cleanLine } from '../../base/text/terminal-text.ts'

/** An answer as a block quote: its headings, fences and lists end where it ends. */
export function quoted(markdown: string): string {
  return inert(clean(markdown))
    .split('\n')
    .map(line => (line === '' ? '>' : `> ${line}`))
    .join('\n')
}

/** On one line of at most `longest` characters. */
export function plainLine(text: string, longest?: number): string {
  return inert(cleanLine(text, longest))
}

/** On one line of at most `longest` characters, as code: nothing in it means anything to Markdown. Empty for no text. */
export function codeLine(text: string, longest?: number): string {
  const line = cleanLine(text, longest)
  if (line === '') return ''
  const longestRun = Math.max(0, ...[...line.matchAll(/`+/g)].map(([run]) => run.length))
  const fence = '`'.repeat(longestRun + 1)
  const space = line.startsWith('`') || line.endsWith('`') ? ' ' : ''
  return `${fence}${space}${line}${space}${fence}`
}

/**
 * Without links, images and HTML: a viewer shows their targets as text and fetches nothing. In a document, `[1]: URL` would
 * make a link of each `[1]`.
 */
function inert(markdown: string): string {
  return markdown.replace(
    /(?<!\\)(\\*)(\](?=[(:])|(?=<[a-z/!?]))/gi,
    (_, slashes: string, bracket: string) => {
      const isEscaped = slashes.length % 2 === 1
      return isEscaped ? slashes + bracket : `${slashes}${bracket}\\`
    },
  )
}
