import { describe, expect, it } from 'vitest'
import { hideSecret } from '../../src/base/redact.ts'
import type { RecordedLine } from '../../src/recordings/line.ts'
import { addEvent, redacted } from '../../src/recordings/redacted.ts'
import { hideEverySpelling } from '../../src/recordings/spellings.ts'

const CANARY = 'cnry"7/x&Q<pl+w=Zü'
hideSecret(CANARY)

const base64 = (text: string) => Buffer.from(text).toString('base64')
const each = (map: (character: string, code: number) => string) =>
  [...CANARY].map(one => map(one, one.codePointAt(0) ?? 0)).join('')
const hex = (code: number, width: number) => code.toString(16).padStart(width, '0')
const utf16be = Buffer.from(CANARY, 'utf16le').swap16()

const SPELLINGS: Record<string, string> = {
  verbatim: CANARY,
  JSON: JSON.stringify(CANARY),
  'JSON in JSON': JSON.stringify(JSON.stringify({ key: CANARY })),
  'JSON in JSON in JSON': JSON.stringify(JSON.stringify(JSON.stringify([CANARY]))),
  'JSON with \\/': JSON.stringify(CANARY).replaceAll('/', '\\/'),
  'JSON with \\u0026': JSON.stringify(CANARY).replaceAll('&', '\\u0026').replaceAll('<', '\\u003C'),
  'every character as \\u': each((_, code) => `\\u${hex(code, 4)}`),
  'every character as \\x': each((_, code) => `\\x${hex(code, 2)}`),
  percent: encodeURIComponent(CANARY),
  'percent in lower case': encodeURIComponent(CANARY).replace(/%../g, one => one.toLowerCase()),
  'percent twice': encodeURIComponent(encodeURIComponent(CANARY)),
  'every byte in percent': [...Buffer.from(CANARY)].map(byte => `%${hex(byte, 2)}`).join(''),
  'HTML entities by name': CANARY.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;'),
  'HTML entities by number': each((_, code) => `&#${code};`),
  'HTML entities in hex': each((_, code) => `&#x${hex(code, 2).toUpperCase()};`),
  hex: Buffer.from(CANARY).toString('hex'),
  'hex in capitals': Buffer.from(CANARY).toString('hex').toUpperCase(),
  'hex of UTF-16': Buffer.from(CANARY, 'utf16le').toString('hex'),
  Base64: base64(CANARY),
  'Base64 in the middle of something': base64(`user:${CANARY} and more`),
  'Base64 for URLs': Buffer.from(CANARY).toString('base64url'),
  'Base64 twice': base64(base64(`{"token":"${CANARY}"}`)),
  'Base64 of UTF-16': Buffer.from(CANARY, 'utf16le').toString('base64'),
  'Base64 of UTF-16, big-endian': utf16be.toString('base64'),
  'Base64 in lines': base64(`${'x'.repeat(50)}${CANARY}${'y'.repeat(50)}`).replace(/.{64}/g, '$&\r\n'),
  'Base64 in percent': encodeURIComponent(base64(`ab${CANARY}`)),
  'Base64 in JSON in JSON': JSON.stringify(JSON.stringify({ auth: base64(CANARY) })),
}

/** Whether the canary, or half of it, can still be read out of a recorded text in this spelling. */
function left(shown: string): boolean {
  return !shown.includes('‹hidden›') || shown.includes('7/x') || shown.includes('pl+w')
}

describe('a secret in a recording is hidden', () => {
  it.each(Object.entries(SPELLINGS))('as %s', (_, spelling) => {
    expect(left(hideEverySpelling(`the result was ${spelling} today`))).toBe(false)
    expect(hideEverySpelling(`the result was ${spelling} today`)).toMatch(/^the result was [\s\S]*today$/)
  })

  it('as a JSON number, if it consists of digits', () => {
    hideSecret('0053918264')
    hideSecret('98765432109876543210')
    expect(hideEverySpelling('{"pin":53918264}')).toBe('{"pin":‹hidden›}')
    expect(hideEverySpelling(JSON.stringify({ id: Number('98765432109876543210') }))).toBe('{"id":‹hidden›}')
  })

  it.each(Object.entries(SPELLINGS))(
    'as %s, wherever it is split into pieces, with something between them',
    (_, spelling) => {
      for (let at = 1; at < spelling.length; at += 1 + Math.floor(spelling.length / 40)) {
        const events: RecordedLine['events'] = []
        addEvent(events, 1, { type: 'text', text: `it is ${spelling.slice(0, at)}` })
        addEvent(events, 2, { type: 'thinking' })
        addEvent(events, 3, { type: 'text', text: '' })
        addEvent(events, 4, { type: 'text', text: `${spelling.slice(at)} now` })
        expect(left(JSON.stringify(redacted(events))), `${at}`).toBe(false)
      }
    },
  )

  it('and ordinary texts are not touched', () => {
    const text = JSON.stringify({
      alert: 'InstanceDown',
      url: 'https://grafana.example.com/d/abc?from=now-1h&to=now%2B1h',
      html: '<b>a &amp; b</b>',
      fingerprint: '5ef77f1f8a3ecfaf5ef77f1f8a3ecfaf',
      log: 'C:\\Users\\x\\u0041 eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0',
    })
    expect(hideEverySpelling(text)).toBe(text)
  })
})
