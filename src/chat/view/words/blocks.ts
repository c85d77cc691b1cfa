// Markdown that is still streaming: which part is finished, and how to close open marks.

/**
 * Splits streaming Markdown into what can be finished (whole blocks, up to the last blank line outside a code fence)
 * and the rest, so that each new piece redraws only the rest.
 */
export function splitFinished(text: string): { done: string; rest: string } {
  let fenced = false
  let end = 0
  let at = 0
  for (const line of text.split('\n')) {
    if (/^\s*(```|~~~)/.test(line)) fenced = !fenced
    at += line.length + 1
    if (!fenced && line.trim() === '' && at <= text.length) end = at
  }
  const done = text.slice(0, end)
  return done.trim()
    ? { done: done.trimEnd(), rest: text.slice(end) }
    : { done: '', rest: text.replace(/^\n+/, '') }
}

const OPENED: [opened: RegExp, mark: string][] = [
  [/(?:^|[\s(])\*\*(?!\s)((?:(?!\*\*)[\s\S])*)$/, '**'],
  [/(?:^|[\s(])_(?!\s)([^_]*)$/, '_'],
]

/** Markdown that ends anywhere, with the open marks of its last block closed: bold, italics, code. */
export function closeOpen(text: string): string {
  const block = text.split(/\n[ \t]*\n/).at(-1) ?? ''
  if (/^\s*(```|~~~)/m.test(block)) return text
  if (block.split('`').length % 2 === 0) return text.endsWith('`') ? text.slice(0, -1) : `${text}\``
  for (const [opened, mark] of OPENED) {
    const inner = block.match(opened)?.[1]?.replace(/[\s*]+$/, '')
    if (inner === '') return text.slice(0, text.lastIndexOf(mark))
    if (inner !== undefined) return `${text.replace(/[\s*]+$/, '')}${mark}`
  }
  return text
}
