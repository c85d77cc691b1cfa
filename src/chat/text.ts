/** Text from outside without what could move the cursor, change colours or reorder what is read. Keeps newlines. */
export function clean(text: string): string {
  return text
    .replace(/\u001b\[[0-9;?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*(\u0007|\u001b\\)?|\u001b./g, '')
    .replace(/\r\n?/g, '\n')
    .replace(/\t/g, '  ')
    .replace(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '')
}

/** The same on one line of bounded length. */
export function cleanLine(text: string, longest = 400): string {
  const flat = clean(text).replace(/\s+/g, ' ').trim()
  return flat.length > longest ? `${flat.slice(0, longest - 1)}…` : flat
}

/**
 * Splits streaming Markdown into what can be finished (whole blocks, up to the last blank line outside a code fence)
 * and the rest, so that only the rest is drawn again with each piece.
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

/** Markdown that ends anywhere, with what is open in its last block closed: bold, italics, code. */
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
