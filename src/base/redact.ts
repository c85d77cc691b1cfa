// The list of values that must never be shown. Code that reads a credential registers it here first; errors, logs and
// results pass through redact() on their way out.

import { isRecord } from './records.ts'
import { percentDecoded } from './text/urls.ts'
import { oneLine } from './text/words.ts'

const secrets = new Set<string>()
let known: Spellings | undefined

/** How the known secrets may be written. */
interface Spellings {
  patterns: RegExp[]
  /** The one of these patterns that knows Base64 and hex. */
  plain: RegExp | undefined
  /** Whether a number can be one of them. */
  areNumbers: boolean
}

/** Shorter values would hide ordinary words ("a", "on") all over the output. */
const SHORTEST_SECRET = 6

/** A shorter beginning of a secret says nothing, and any text may end with one. */
const SHORTEST_BEGINNING = 3

/** A secret of several lines, such as a private key, may be quoted line by line; shorter lines are harmless. */
const SHORTEST_LINE = 8

/** A longer text is hidden piece by piece: V8 refuses a pattern with too many characters in one alternative. */
const LONGEST_PIECE = 1_000

/** A line break inside Base64 or hex, as `base64`, OpenSSL, PEM and `xxd` write it; in JSON text it is escaped. */
const WRAP = /(?=[\r\n\\])(?<=[\w+/-]{60})(?:(?:\\+r)?\\+n|\r?\n)[ \t]*(?=[\w+/-])/g

/**
 * From now on redact() hides `value`, each of its lines, and what it is once percent-decoded: verbatim, in Base64 and in
 * hex, also in lines of at least 60 letters, and with any of its characters escaped as in URLs, JSON and HTML.
 */
export function hideSecret(value: string): void {
  if (value.length < SHORTEST_SECRET || secrets.has(value)) return
  secrets.add(value)
  known = undefined
}

/** `text` with every known secret replaced by `‹hidden›`. */
export function redact(text: string): string {
  if (text.length < SHORTEST_SECRET) return text
  known ??= spellingsOf([...secrets])
  const { patterns, plain } = known
  const start = plain ? withoutWrapped(text, plain) : text
  return patterns.reduce((shown, pattern) => shown.replace(pattern, '‹hidden›'), start)
}

/** `text` without what the pattern finds once the wrapped lines are joined. */
function withoutWrapped(text: string, pattern: RegExp): string {
  if (text.length < 60) return text
  const wraps = [...text.matchAll(WRAP)]
  if (wraps.length === 0) return text
  let wrap = 0
  let joined = 0
  /** Where this letter of the joined lines is in `text`; to be asked from the first letter to the last. */
  const placeOf = (letter: number): number => {
    for (let next = wraps[wrap]; next && next.index - joined <= letter; next = wraps[++wrap])
      joined += next[0].length
    return letter + joined
  }
  let shown = ''
  let from = 0
  for (const { index, 0: found } of text.replace(WRAP, '').matchAll(pattern)) {
    shown += `${text.slice(from, placeOf(index))}‹hidden›`
    from = placeOf(index + found.length - 1) + 1
  }
  return shown + text.slice(from)
}

/** Of a text that is still growing: without an end that may be the beginning of a secret. */
export function redactGrowing(text: string): string {
  const shown = redact(text)
  const longest = longestBeginningAtEnd(shown)
  return longest === 0 ? shown : shown.slice(0, -longest)
}

/** Of a text that was cut off: with an end hidden that is the beginning of a secret. */
export function redactCutOff(text: string): string {
  const shown = redact(text)
  const longest = longestBeginningAtEnd(shown)
  return longest < SHORTEST_BEGINNING ? shown : `${shown.slice(0, -longest)}‹hidden›`
}

/** How many characters at the end of the text are the beginning of a secret. */
function longestBeginningAtEnd(text: string): number {
  return Math.max(0, ...[...secrets].map(secret => beginningAtEnd(text, secret)))
}

function beginningAtEnd(text: string, secret: string): number {
  for (let length = Math.min(text.length, secret.length - 1, LONGEST_PIECE); length > 0; length--)
    if (text.endsWith(secret.slice(0, length))) return length
  return 0
}

/** oneLine() with secrets hidden before the text is cut: half a secret would not be recognised. */
export function redactedLine(text: string, longest?: number): string {
  return oneLine(redact(text), longest)
}

/**
 * The same object if nothing is hidden: platforms recognise the tools that they have seen before. Each text is looked at by
 * itself: as part of a JSON text its escapes would be escaped once more, and hiding a number would break that text.
 */
export function withoutSecrets<T>(value: T): T {
  return hidden(value) as T
}

function hidden(value: unknown): unknown {
  if (typeof value === 'string') return redact(value)
  if (typeof value === 'number') return hiddenNumber(value)
  if (Array.isArray(value)) return hiddenList(value)
  return isRecord(value) ? hiddenRecord(value) : value
}

function hiddenList(list: readonly unknown[]): unknown {
  let after: unknown[] | undefined
  for (const [at, item] of list.entries()) {
    const shown = hidden(item)
    if (!after && !Object.is(shown, item)) after = list.slice(0, at)
    after?.push(shown)
  }
  return after ?? list
}

/** Entries are made only once something is hidden: an answer may have very many keys. */
function hiddenRecord(record: Record<string, unknown>): unknown {
  const keys = Object.keys(record)
  let after: [string, unknown][] | undefined
  for (const [at, key] of keys.entries()) {
    const item = record[key]
    const shown = [redact(key), hidden(item)] as [string, unknown]
    if (!after && (shown[0] !== key || !Object.is(shown[1], item)))
      after = keys.slice(0, at).map(before => [before, record[before]])
    after?.push(shown)
  }
  return after ? Object.fromEntries(after) : record
}

function hiddenNumber(number: number): number | string {
  known ??= spellingsOf([...secrets])
  if (!known.areNumbers) return number
  const text = String(number)
  const shown = redact(text)
  return shown === text ? number : shown
}

/** Two patterns: alternatives with escapes would slow down all the others tenfold. */
function spellingsOf(values: string[]): Spellings {
  const texts = [...new Set(values.flatMap(textsIn))].sort(longestFirst)
  const escaped = texts.filter(text => /[^\w.-]/.test(text)).map(escapedPattern)
  // A URL writes its host in lower case.
  const plain = texts.flatMap(text => [
    ...[text, text.toLowerCase(), ...base64Of(text)],
    ...[hexOf(text), hexOf(text).toUpperCase()],
  ])
  const areNumbers = plain.some(text => /^[-+ .\de]+$/.test(text))
  const all = [escaped, plain.sort(longestFirst).map(RegExp.escape)]
  const patterns = all.filter(some => some.length > 0).map(some => new RegExp(`(?:${some.join('|')})+`, 'g'))
  return { patterns, plain: patterns.at(-1), areNumbers }
}

/** What must not be shown of a secret. */
function textsIn(secret: string): string[] {
  const lines = secret.split(/\r?\n/).filter(line => line.length >= SHORTEST_LINE)
  // A password in a URL is percent-encoded there, and goes into a header without that.
  const texts = [secret, ...lines, percentDecoded(secret), ...asNumber(secret)]
  return texts.filter(text => text.length >= SHORTEST_SECRET).flatMap(piecesOf)
}

/** A secret of digits alone, as JSON has it where a program takes it for a number: without leading zeros, and rounded. */
function asNumber(secret: string): string[] {
  return /^\d+$/.test(secret) ? [String(Number(secret))] : []
}

/** Pieces of about the same length, so that none is too short to be hidden. */
function piecesOf(text: string): string[] {
  const count = Math.ceil(text.length / LONGEST_PIECE)
  const size = Math.ceil(text.length / count)
  return Array.from({ length: count }, (_, at) => text.slice(at * size, (at + 1) * size))
}

/** Matches the text with any of its characters escaped, so that no mix of encodings slips through. */
function escapedPattern(text: string): string {
  return [...text].map(characterPattern).join('')
}

/** Beside the numeric ones, which every character has: some libraries escape `=` as `&#x3D;`, others as `&#61;`. */
const NAMED: Record<string, string[]> = {
  '&': ['&amp;'],
  '<': ['&lt;'],
  '>': ['&gt;'],
  '"': ['&quot;'],
  "'": ['&apos;'],
  '/': ['\\/'],
  ' ': ['+'],
}

function characterPattern(character: string): string {
  // Forms encode `~` as well, which secrets of Entra ID contain.
  if (/[\w.-]/.test(character)) return RegExp.escape(character)
  const percent = hexOf(character).replace(/../g, '%$&')
  const units = [...Array(character.length).keys()].map(at => character.charCodeAt(at))
  const unicode = units.map(unit => `\\u${unit.toString(16).padStart(4, '0')}`).join('')
  const point = character.codePointAt(0) ?? 0
  const entity = `&#x${point.toString(16)};`
  const escapes = [percent, percent.replaceAll('%', '%25'), unicode, entity]
  const ways = [
    character,
    JSON.stringify(character).slice(1, -1),
    ...escapes,
    // Not the `u` of `\u`, and not the `x` of `&#x`.
    ...escapes.map(one => one.replace(/[a-f]/g, letter => letter.toUpperCase())),
    `&#${point};`,
    ...(NAMED[character] ?? []),
  ]
  return `(?:${[...new Set(ways)].map(RegExp.escape).join('|')})`
}

function hexOf(text: string): string {
  return Buffer.from(text).toString('hex')
}

/** `text` inside longer Base64: one spelling for each of the three possible offsets, in both alphabets. */
function base64Of(text: string): string[] {
  const inner = [0, 1, 2].map(before => {
    const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(text)])
    const letters = bytes.toString('base64').replace(/=+$/, '')
    // Letters at the edges also carry bits of the neighbouring bytes.
    const end = bytes.length % 3 === 0 ? letters.length : letters.length - 1
    return letters.slice(before === 0 ? 0 : before + 1, end)
  })
  const long = inner.filter(letters => letters.length >= SHORTEST_LINE)
  return long.flatMap(letters => [letters, letters.replaceAll('+', '-').replaceAll('/', '_')])
}

function longestFirst(a: string, b: string): number {
  return b.length - a.length
}
