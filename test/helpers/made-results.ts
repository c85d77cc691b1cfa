// Results that no server would send and every client may get: known and unknown parts, odd keys, and values at their limits.

type Below = (below: number) => number

const TEXTS = [
  '',
  ' ',
  'plain text',
  'Grüße, 世界, 🦀, 👩‍👩‍👧',
  'e\u0301 is not \u00e9',
  'line\nline\r\nline\u2028line\u2029end',
  '\u0000\u0001\u001b[31m\u007f',
  '\ufeffbegins with a mark',
  '\ud800 alone',
  'data: {"jsonrpc":"2.0","id":1,"result":{}}\n\nevent: message',
  '"quoted" \\ and \\u0041',
  '</script><b>&amp;',
  'x'.repeat(3_000),
]

const NUMBERS = [
  0,
  -1,
  0.1,
  1e-7,
  1e21,
  5e-324,
  Number.MAX_VALUE,
  -Number.MAX_VALUE,
  Number.MAX_SAFE_INTEGER,
  Number.MIN_SAFE_INTEGER,
  2 ** 53,
  2 ** 63,
]

const KEYS = [
  'plain',
  '',
  '0',
  '10',
  '9',
  'toString',
  'constructor',
  '__proto__',
  'hasOwnProperty',
  'com.example/key',
  'ui',
  'traceparent',
  'progressToken',
  'größe',
  'a b',
  '$ref',
  'resultType',
  'error',
  'id',
]

const one = <T>(from: readonly T[], below: Below): T => from[below(from.length)] as T

/** Any value of JSON. */
function anyValue(below: Below, depth = 0): unknown {
  switch (below(depth > 5 ? 5 : 8)) {
    case 0:
      return null
    case 1:
      return below(2) === 0
    case 2:
      return one(NUMBERS, below)
    case 3:
    case 4:
      return one(TEXTS, below)
    case 5:
      return Array.from({ length: below(4) }, () => anyValue(below, depth + 1))
    default:
      return anyObject(below, depth + 1)
  }
}

function anyObject(below: Below, depth = 0): Record<string, unknown> {
  const entries = Array.from({ length: below(5) }, () => [one(KEYS, below), anyValue(below, depth)] as const)
  // As JSON has it: `__proto__` is a key like any other.
  return Object.fromEntries(entries)
}

function maybe(below: Below, key: string, value: () => unknown): Record<string, unknown> {
  return below(2) === 0 ? { [key]: value() } : {}
}

const annotations = (below: Below) => ({
  ...maybe(below, 'audience', () => one([['user'], ['assistant', 'user'], []], below)),
  ...maybe(below, 'priority', () => one([0, 0.5, 1], below)),
  ...maybe(below, 'lastModified', () => '2026-01-02T03:04:05Z'),
  ...maybe(below, 'com.example/more', () => anyValue(below)),
})

const data = (below: Below) => Buffer.from(one(TEXTS, below)).toString('base64')

function block(below: Below): unknown {
  const blocks: (() => object)[] = [
    () => ({ type: 'text', text: one(TEXTS, below) }),
    () => ({ type: 'image', data: data(below), mimeType: 'image/png' }),
    () => ({ type: 'audio', data: data(below), mimeType: 'audio/wav' }),
    () => ({ type: 'resource', resource: { uri: 'note://a', text: one(TEXTS, below) } }),
    () => ({ type: 'resource', resource: { uri: 'note://b', blob: data(below), mimeType: 'x/y' } }),
    () => ({ type: 'resource_link', uri: 'note://c', name: one(TEXTS, below), size: one(NUMBERS, below) }),
    () => ({ type: 'hologram', shape: anyValue(below) }),
    () => ({ type: one(TEXTS, below), ...anyObject(below) }),
  ]
  return {
    ...one(blocks, below)(),
    ...maybe(below, 'annotations', () => annotations(below)),
    ...maybe(below, '_meta', () => anyObject(below)),
    ...maybe(below, 'unheardOf', () => anyValue(below)),
  }
}

/** A result of `tools/call`. */
export function madeResult(below: Below): Record<string, unknown> {
  return {
    content: Array.from({ length: below(4) }, () => block(below)),
    ...maybe(below, 'structuredContent', () => anyObject(below)),
    ...maybe(below, 'isError', () => below(2) === 0),
    ...maybe(below, '_meta', () => ({ ...anyObject(below), ui: { resourceUri: 'ui://a' } })),
    ...maybe(below, 'com.example/extra', () => anyValue(below)),
  }
}

/** As a client reads what was sent: some values have no form of their own in JSON. */
export function asSent<T>(value: T): T {
  return JSON.parse(JSON.stringify(value))
}
