import { render } from 'ink-testing-library'
import { describe, expect, it } from 'vitest'
import { columnsOf } from '../../../src/base/text/columns.ts'
import { Header } from '../../../src/chat/draw/Header.tsx'
import { NO_COLOURS } from '../../../src/chat/draw/text/themes.ts'
import { Themed } from '../../../src/chat/draw/text/tone.tsx'
import { asCsiU } from '../../../src/chat/typing/other-keys.ts'
import { callThenSay, say } from '../../helpers/scripted-platform.ts'
import { chat, open } from '../open-chat.tsx'

describe.concurrent('a new line in a question', () => {
  it.each([
    ['Ctrl+J', '\n'],
    ['Ctrl+J of a terminal that names keys', '\u001b[106;5u'],
    ['Shift+Enter', '\u001b[13;2u'],
    ['Alt+Enter', '\u001b\r'],
    ['Alt+Enter of a terminal that names keys', '\u001b[13;3u'],
    ['Ctrl+Enter', '\u001b[13;5u'],
  ])('is typed with %s, and sent with the question', async (_, keys) => {
    const { screen, sees, platform, frame } = chat(() => say('fine'))
    await sees('1 tool')
    for (const one of ['one', keys, 'two']) screen.stdin.write(one)
    await sees('north PROD › one\n             two')
    expect(platform.requests).toEqual([])
    screen.stdin.write('\r')
    await sees('fine')
    expect(frame()).toMatch(/\nnorth PROD › one +\d\d:\d\d\n {13}two\n\nfine/)
    expect(platform.requests[0]?.messages.at(-1)).toMatchObject({
      text: expect.stringMatching(/^one\ntwo\n/),
    })
  })

  it('is typed with a backslash before Enter, which goes', async () => {
    const { screen, sees, platform } = chat(() => say('fine'))
    await sees('1 tool')
    for (const one of ['one\\', '\r', 'two']) screen.stdin.write(one)
    await sees('north PROD › one\n             two')
    expect(platform.requests).toEqual([])
    for (const one of ['\\\\', '\r']) screen.stdin.write(one)
    await sees('fine')
    expect(platform.requests[0]?.messages.at(-1)).toMatchObject({
      text: expect.stringMatching(/^one\ntwo\\\\\n/),
    })
  })

  it('is kept when it is typed fast, or pasted', async () => {
    const { screen, sees } = chat(() => say('fine'))
    await sees('1 tool')
    screen.stdin.write('one\ntwo')
    await sees('north PROD › one\n             two')
    screen.stdin.write('\u001b[200~\nthree\nfour\u001b[201~')
    await sees('two[pasted #1: 3 lines]')
  })

  it('is reached with the arrow keys, before earlier questions', async () => {
    const { screen, sees, type } = chat(() => say('fine'))
    await sees('1 tool')
    await type('earlier')
    await sees('fine')
    for (const keys of ['one', '\n', 'two', '\u001b[A', '!']) screen.stdin.write(keys)
    await sees('› one!\n             two')
    screen.stdin.write('\u001b[A')
    await sees('› earlier')
    screen.stdin.write('\u001b[B')
    await sees('› one!\n             two')
  })

  it('never answers a dialog', async () => {
    const { screen, sees, type, platform, frame } = chat(callThenSay(['s__write', { a: 1 }]))
    await sees('1 tool')
    await type('do it')
    await sees('[y/N]')
    for (const keys of ['y', '\n', '\u001b[13;2u']) screen.stdin.write(keys)
    await sees('[y/N] y')
    expect(platform.requests).toHaveLength(1)
    expect(frame()).not.toContain('✓')
    screen.stdin.write('\r')
    await sees('✓ [1] s · write')
  })

  it('is explained by /help', async () => {
    const { sees, type } = chat(() => say('fine'))
    await sees('1 tool')
    await type('/help')
    await sees('Shift+Enter')
    await sees('start a new line (or Alt+Enter, Ctrl+J, or')
  })
})

it.each([
  ['\u001b[27;2;13~', '\u001b[13;2u'],
  ['a\u001b[27;5;99~b\u001b[27;3;127~', 'a\u001b[99;5ub\u001b[127;3u'],
  ['\u001b[27;2~ \u001b[3~ [27;2;13~', '\u001b[27;2~ \u001b[3~ [27;2;13~'],
])('a key of modifyOtherKeys is translated: %j', (input, translated) => {
  expect(asCsiU(input)).toBe(translated)
})

describe('the rule above a customer', () => {
  it.each([20, 40, 80])('is as wide as a screen of %i columns, with PROD and the access', width => {
    for (const name of ['Acme', '東京電力ホールディングス株式会社', '👩‍👩‍👧 & Söhne GmbH', 'x'.repeat(90)]) {
      const customer = { id: 'a', name, production: true, access: 'read-only' as const }
      const { lastFrame, unmount } = render(
        <Themed.Provider value={NO_COLOURS}>
          <Header customer={customer} width={width} />
        </Themed.Provider>,
      )
      open.push({ close: unmount })
      const line = lastFrame() ?? ''
      expect(line.split('\n')).toHaveLength(1)
      expect(line).toContain(' PROD read-only')
      expect(columnsOf(line)).toBeLessThanOrEqual(width)
      expect(columnsOf(line)).toBeGreaterThanOrEqual(width - 2)
    }
  })
})
