import { describe, expect, it } from 'vitest'
import { searched, searchedBy } from '../../../src/chat/typing/offering/search.ts'
import { say } from '../../helpers/scripted-platform.ts'
import { until } from '../../helpers/until.ts'
import { chat } from '../open-chat.tsx'

const [CTRL_R, ESC, DOWN] = ['\u0012', '\u001b', '\u001b[B']
const lines: Record<string, string[]> = {
  north: ['which alerts fire?', '/status', 'two\nlines', 'why does the lift stop?', '/status'],
  south: ['how is the lift in the south?'],
}

async function opened() {
  const history = { of: (id: string) => lines[id] ?? [], add() {} }
  const all = chat(() => say('fine'), {}, { history })
  await all.sees('1 tool')
  const press = async (keys: string, words: string) => {
    all.screen.stdin.write(keys)
    await all.sees(words)
  }
  const gone = (words: string) => until(`${words} is gone`, () => !all.frame().includes(words))
  return { ...all, press, gone }
}

describe.concurrent('the search in the history', () => {
  it('lists the newest first, each line once, of this customer only, and narrows with each letter', async () => {
    const { press, frame } = await opened()
    await press(CTRL_R, 'north PROD › earlier: Ctrl+R older')
    expect(frame()).toMatch(/› \/status\s+why does the lift stop\?\s+two lines\s+which alerts fire\?/)
    await press('LIFT', '› why does the lift stop?')
    expect(frame()).not.toContain('which alerts')
    expect(frame()).not.toContain('south?')
    await press('zzz', 'no line that you typed before contains this')
  })

  it('opens for a key that arrives together with others, whose Enter takes nothing', async () => {
    const { press, platform, frame } = await opened()
    await press(`half${CTRL_R}lift\r`, 'earlier: lift')
    expect(frame()).toContain('› why does the lift stop?')
    await press(ESC, 'PROD › half')
    expect(platform.requests).toEqual([])
  })

  it('takes an older line into the prompt, and sends nothing', async () => {
    const { press, platform, gone } = await opened()
    await press(CTRL_R, '› /status')
    await press(CTRL_R, '› why does')
    await press(DOWN, '› two lines')
    await press('\r', 'north PROD › two\n             lines')
    await gone('earlier:')
    expect(platform.requests).toEqual([])
  })

  it('goes back with Esc to what was typed', async () => {
    const { press, screen, sees, gone } = await opened()
    await press('half a', 'PROD › half a')
    await press(CTRL_R, 'PROD › earlier:')
    await press('lift', '› why does')
    screen.stdin.write(ESC)
    await gone('earlier:')
    await sees('PROD › half a')
    await press('n answer', 'PROD › half an answer')
  })

  it('is closed by a switch of the customer, and does not take an Enter that was typed into it', async () => {
    const { press, controller, sees, platform } = await opened()
    await press(CTRL_R, 'PROD › earlier:')
    await press('lift\r', 'PROD › earlier: lift')
    expect(platform.requests).toEqual([])
    controller.submit('/customer south')
    await sees('south › ask about')
  })
})

it('the search among 10,000 lines has the last 200 that fit', () => {
  const many = Array.from({ length: 10_000 }, (_, i) => `line ${i}`)
  const all = searched(many)
  expect(all.list?.completion.rows).toHaveLength(200)
  expect(all.list?.completion.rows[0]?.value).toBe('line 9999')
  const found = searchedBy(many, all, { type: 'insert', text: 'LINE 123' })
  expect(found.list?.completion.rows.map(one => one.value)).toContain('line 123')
})
