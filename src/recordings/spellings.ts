// A recording is given to other people, so secrets are looked for in every spelling that may be in it: escaped, encoded,
// several times over. Elsewhere redact() alone, which is much faster, hides the usual spellings.

import { redact } from '../base/redact.ts'

const HIDDEN = '‹hidden›'

/** Encodings inside each other; nothing writes more. */
const MOST_LAYERS = 4

/** Shorter runs cannot hold a secret in Base64 or hex. */
const SHORTEST_RUN = 10

/** The text without any secret. A word that holds one in an unusual spelling is hidden as a whole. */
export function hideEverySpelling(text: string): string {
  const shown = redact(text)
  if (!tellsSecret(shown, MOST_LAYERS)) return shown
  return shown
    .replace(WRAPPED, block => (tellsSecret(block.replace(/\s+/g, ''), MOST_LAYERS) ? HIDDEN : block))
    .replace(/\S+/g, word => (tellsSecret(word, MOST_LAYERS) ? HIDDEN : word))
}

/** Base64 or hex in lines of equal length, as mail and certificates have it. */
const WRAPPED = /(?:[\w+/-]{40,}\r?\n)+[\w+/-]+={0,2}/g

/** Whether something that this text decodes to holds a secret. */
function tellsSecret(text: string, layers: number): boolean {
  const whole = text.replace(WRAPPED, block => block.replace(/\s+/g, ''))
  return DECODERS.some(decode => {
    const decoded = decode(whole)
    if (decoded === '' || decoded === text) return false
    return redact(decoded) !== decoded || (layers > 1 && tellsSecret(decoded, layers - 1))
  })
}

/** Each returns what the text, or some of it, decodes to; the text itself if there is nothing to decode. */
const DECODERS: readonly ((text: string) => string)[] = [
  percentIn,
  escapesIn,
  entitiesIn,
  text => runsIn(text, /(?:[0-9a-fA-F]{2}){6,}/g, run => [Buffer.from(run, 'hex')]),
  text => runsIn(text, /[A-Za-z0-9+/_-]{10,}/g, base64At),
]

function percentIn(text: string): string {
  return text.replace(/(?:%[0-9a-f]{2})+/gi, run => Buffer.from(run.replaceAll('%', ''), 'hex').toString())
}

const SHORT: Record<string, string> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' }

function escapesIn(text: string): string {
  return text.replace(/\\(?:u\{?([0-9a-f]{4,6})\}?|x([0-9a-f]{2})|([\s\S]))/gi, (_, unicode, byte, other) =>
    other === undefined ? characterOf(Number.parseInt(unicode ?? byte, 16)) : (SHORT[other] ?? other),
  )
}

const NAMED: Record<string, string> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  sol: '/',
  plus: '+',
  equals: '=',
}

function entitiesIn(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]+));?/gi, (whole, decimal, hex, name) => {
    if (name !== undefined) return NAMED[name.toLowerCase()] ?? whole
    return characterOf(decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal))
  })
}

function characterOf(code: number): string {
  return code <= 0x10ffff ? String.fromCodePoint(code) : ''
}

/** What the runs of this alphabet are the bytes of, in UTF-8 and UTF-16, as far as it is readable. */
function runsIn(text: string, alphabet: RegExp, bytesOf: (run: string) => Buffer[]): string {
  const found = text.match(alphabet)?.filter(run => run.length >= SHORTEST_RUN) ?? []
  return found.flatMap(bytesOf).flatMap(readable).join(' ')
}

/** A run may begin in the middle of four letters. */
function base64At(run: string): Buffer[] {
  return [0, 1, 2, 3].map(start => Buffer.from(run.slice(start), 'base64'))
}

function readable(bytes: Buffer): string[] {
  const even = bytes.subarray(0, bytes.length - (bytes.length % 2))
  const texts = [bytes.toString(), even.toString('utf16le'), Buffer.from(even).swap16().toString('utf16le')]
  return texts
    .map(text => text.replace(/[^\t\n\r -~\u00a0-\u024f]+/g, ' '))
    .filter(text => /\S{4}/.test(text))
}
