import { describe, expect, it } from 'vitest'
import { callThenSay, say } from '../../helpers/scripted-platform.ts'
import { until } from '../../helpers/until.ts'
import { chat } from '../open-chat.tsx'

const [UP, DOWN, ESC, TAB, ENTER] = ['\u001b[A', '\u001b[B', '\u001b', '\t', '\r']

async function opened(...script: Parameters<typeof chat>) {
  const all = chat(...script)
  await all.sees('1 tool')
  const press = async (keys: string, words: string) => {
    all.screen.stdin.write(keys)
    await all.sees(words)
  }
  /** What is under the customer's line, without the status line. */
  const live = () => (all.frame().split('1 tool\n').at(-1) ?? '').replace(/\n.* today$/, '')
  return { ...all, press, live }
}

describe.concurrent('the list under the prompt', () => {
  it('opens with a slash, narrows with each letter, and goes with the last one', async () => {
    const { press, live } = await opened(() => say('fine'))
    await press('/', '› /customer [NAME]')
    expect(live()).toMatch(/\n {2}\/tools +list this customer's tools/)
    expect(live()).toMatch(/\n {2}\d+ more: ↑↓$/)
    expect(live().trim().split('\n')).toHaveLength(9)
    await press('co', '› /copy [NUMBER]')
    expect(live().trim().split('\n')).toHaveLength(4)
    await press('st', 'PROD › /cost')
    expect(live().trim()).toBe('north PROD › /cost')
  })

  it('has the arrow keys choose and Enter run what is chosen', async () => {
    const { press } = await opened(() => say('fine'))
    await press('/', '› /customer [NAME]')
    await press(UP, '› /quit')
    await press(DOWN, '› /customer [NAME]')
    await press(DOWN, '› /tools')
    await press(ENTER, 's  write')
  })

  it('has Enter take a command that needs more, and then offer what it can be', async () => {
    const { press, platform } = await opened(() => say('fine'))
    await press('/cri', '› /critical QUESTION')
    await press(ENTER, 'PROD › /critical')
    await press('why', 'PROD › /critical why')
    expect(platform.requests).toEqual([])
  })

  it('has Tab take, and offers customers, of which none is chosen before a key or the only one that fits', async () => {
    const { press, live } = await opened(() => say('fine'))
    await press('/cu', '› /customer [NAME]')
    await press(TAB, '  south')
    expect(live()).toContain('  north  Nordwind PROD\n  south  Süd\n  tepco  東京電力 PROD')
    await press(DOWN, '› north')
    await press(DOWN, '› south')
    await press(ENTER, '── Süd read-only')
    await press('/customer t', '› tepco')
    await press(ENTER, '── 東京電力')
  })

  it('has Enter run what is typed if nothing is chosen', async () => {
    const { press, frame } = await opened(() => say('fine'))
    await press('/customer ', '  south')
    await press(ENTER, 'customers (switch with /customer NAME)')
    expect(frame()).toMatch(/north {2}Nordwind PROD +on the screen\n *south {2}Süd\n/)
  })

  it('closes with Esc until another word is begun, and Tab opens it again', async () => {
    const { press, screen, live } = await opened(() => say('fine'))
    const close = async () => {
      screen.stdin.write(ESC)
      await until('the list is closed', () => !/\/customer|\/context/.test(live()))
    }
    await press('/c', '› /customer')
    await close()
    await press('o', 'PROD › /co')
    expect(live().trim()).toBe('north PROD › /co')
    await press(TAB, '› /copy [NUMBER]')
    await close()
    await press(ENTER, '/co is ambiguous')
    await press('/', '› /customer')
  })

  it('goes with Esc after a lone slash, which is no beginning of the next command', async () => {
    const { press, live } = await opened(() => say('fine'))
    await press('/', '› /customer')
    await press(ESC, 'PROD › ask about')
    await press('/sta', '› /status')
    expect(live()).not.toContain('//')
  })

  it('never takes a line that was meant otherwise', async () => {
    const { press, platform } = await opened(() => say('fine'))
    await press('/var', 'PROD › /var')
    await press('/log is full', 'PROD › /var/log is full')
    await press(ENTER, 'fine')
    expect(platform.requests).toHaveLength(1)
    // Keys that arrive together were typed before a list was seen.
    await press('/s\r', '/s is ambiguous')
  })

  it('does not catch the arrow keys of the history', async () => {
    const { press, type, sees } = await opened(() => say('fine'))
    await type('first')
    await sees('fine')
    await type('/status')
    await sees('s  ready')
    await press(UP, 'PROD › /status')
    await press(UP, 'PROD › first')
    await press(DOWN, 'PROD › /status')
  })

  it('opens for a server or tool in a question only with Tab', async () => {
    const { press, live } = await opened(() => say('fine'))
    await press('look at wri', 'PROD › look at wri')
    expect(live().trim()).toBe('north PROD › look at wri')
    await press(TAB, 'PROD › look at write')
  })

  it('is not there while a call waits for an approval', async () => {
    const { press, type, sees, frame } = await opened(callThenSay(['s__write', { a: 1 }]))
    await type('do it')
    await sees('[y/N]')
    await press('/', '[y/N] /')
    expect(frame()).not.toContain('/customer [NAME]')
  })
})

describe.concurrent('the empty prompt', () => {
  it('says what to type, until the first key', async () => {
    const { press, live } = await opened(() => say('fine'))
    expect(live().trim()).toBe('north PROD › ask about Nordwind, or / for commands')
    await press('x', 'PROD › x')
    expect(live().trim()).toBe('north PROD › x')
  })

  it('says nothing while a call waits for an approval', async () => {
    const { type, sees, frame } = await opened(callThenSay(['s__write', { a: 1 }]))
    await type('do it')
    await sees('Allow this on')
    expect(frame()).not.toContain('ask about')
  })
})
