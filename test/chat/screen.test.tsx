import { describe, expect, it } from 'vitest'
import { columnsOf } from '../../src/base/text/columns.ts'
import { COMMANDS } from '../../src/chat/commands/index.ts'
import type { Project } from '../../src/config/project.ts'
import type { Toolset } from '../../src/toolset/toolset.ts'
import { customerOf } from '../helpers/customer-of.ts'
import { WRITES } from '../helpers/effects.ts'
import { callThenSay, say } from '../helpers/scripted-platform.ts'
import { chat, toolsetOf } from './open-chat.tsx'

describe.concurrent('the screen', () => {
  it('opens at once, with the customer and PROD on the prompt', () => {
    const never = () => new Promise<Toolset>(() => {})
    const { frame } = chat(() => say('x'), { toolsetFor: never })
    expect(frame()).toContain('connecting to Nordwind')
    expect(frame()).toContain('north PROD ›')
  })

  it('runs no call that needs approval before it is approved', async () => {
    const { type, sees, platform } = chat(callThenSay(['s__write', { a: 1 }]))
    await sees('1 tool')
    await type('do it')
    await sees('[y/N]')
    expect(platform.requests).toHaveLength(1)
  })

  it.each([
    ['y\r', '✓ [1] s · write'],
    ['YES\r', '✓ [1] s · write'],
    ['n\r', '⊘ [1] s · write'],
    ['yy\r', '⊘ [1] s · write'],
    ['\r', '⊘ [1] s · write'],
    ['\u001b', '⊘ [1] s · write'],
  ])('a dialog answered with %j ends as %s', async (keys, line) => {
    const { type, sees, screen } = chat(callThenSay(['s__write', { a: 1 }]))
    await sees('1 tool')
    await type('do it')
    await sees('Allow this on Nordwind PROD?')
    await sees('WRITE  s · write  (adds something: its server says that it deletes and overwrites nothing)')
    await sees('┃ a  1 ')
    await sees('y once · t this tool until the answer · n, Enter or a reason: no')
    await sees('north PROD › allow? [y/N]')
    screen.stdin.write(keys)
    await sees(line)
  })

  it('leaves no running call behind: an allowed write that is cut off may have run', async () => {
    const never: Toolset['call'] = async (_name, args, { approve }) => {
      await approve({ customer: 'north', server: 's', tool: 'write', args, effect: WRITES })
      return new Promise(() => {})
    }
    const toolsetFor = async (id: string) => ({ ...toolsetOf(id), call: never })
    const { type, sees, screen, frame } = chat(callThenSay(['s__write', { a: 1 }]), { toolsetFor })
    await sees('1 tool')
    await type('do it')
    await sees('[y/N]')
    screen.stdin.write('y\r')
    await sees('calling 1 tool')
    await type('/quit')
    await sees('– [1] s · write')
    expect(frame()).toContain('unknown whether it ran: check before you call it again')
    expect(frame()).not.toContain('calling 1 tool')
  })

  it('a dialog shows all arguments in full, however long: in it, or above it', async () => {
    const long = { matchers: [{ name: 'x'.repeat(300) }], comment: 'why\u202e so', more: 1 }
    const { type, sees, frame } = chat(callThenSay(['s__write', long]))
    await sees('1 tool')
    await type('do it')
    await sees('[y/N]')
    const seen = frame().replace(/[\s┃]+/g, '')
    expect(seen).toContain(`matchers[{"name":"${'x'.repeat(300)}"}]`)
    expect(seen).toContain('commentwhy\\u{202e}somore1')
    expect(frame()).not.toContain('above')

    const many = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`key${i}`, 'word '.repeat(40)]))
    const tall = chat(callThenSay(['s__write', many]))
    await tall.sees('1 tool')
    await tall.type('do it')
    await tall.sees('with the arguments above')
    const note = tall.frame().slice(0, tall.frame().indexOf('… [1] s · write'))
    expect(note.match(/word/g)).toHaveLength(60 * 40)
    expect(note.match(/key\d+/g)).toHaveLength(60)
  })

  it('an open dialog disappears with its customer', async () => {
    const { type, sees, controller, frame, platform } = chat(callThenSay(['s__write', {}]))
    await sees('1 tool')
    await type('do it')
    await sees('[y/N]')
    controller.submit('/customer south')
    await sees('south ›')
    expect(frame()).not.toContain('[y/N]')
    expect(platform.requests).toHaveLength(1)
  })

  it("runs commands for a customer whose id is another customer's name", async () => {
    const customers = [customerOf('north', ['s']), customerOf('far', ['s'], { name: 'North' })]
    const { sees, type } = chat(() => say('x'), {}, { project: { customers } as Project })
    await type('/status')
    await sees('s  ready  1 tool')
  })

  it('completes and switches, lists tools and states, and explains unknown words', async () => {
    const { screen, sees, type } = chat(() => say('fine'))
    await sees('1 tool')
    screen.stdin.write('/cu\ts\t')
    await sees('/customer south')
    screen.stdin.write('\r')
    await sees('south ›')
    await type('/tools')
    await sees('s  write')
    await type('/status')
    await sees('s  ready  1 tool')
    await type('/help')
    await sees('/quit')
    await type('/nonsense')
    await sees('unknown command /nonsense')
    await type('/custmer south')
    await sees('unknown command /custmer (did you mean "/customer"?)')
    screen.stdin.write('/c\r')
    await sees('/c is ambiguous: /customer, /copy, /critical, /context, /cost, /clear')
    await type('/customer nobody')
    await sees('no such customer "nobody"')
    await sees('this chat is still with Süd')
  })

  it('draws the line above a customer with a wide name to the edge of the screen', async () => {
    const { sees, controller, frame } = chat(() => say('fine'))
    await sees('1 tool')
    controller.submit('/customer tepco')
    await sees('tepco PROD ›')
    const line = frame()
      .split('\n')
      .findLast(one => one.startsWith('── 東京電力 PROD read-only ─'))
    expect(columnsOf(line ?? '')).toBe(100)
  })

  it('lists every command in /help', async () => {
    const { sees, type, frame } = chat(() => say('fine'))
    await sees('1 tool')
    await type('/help')
    await sees('Ctrl+C twice')
    for (const { usage } of COMMANDS) expect(frame()).toContain(usage)
  })

  it('shows each command above its output, after an empty line', async () => {
    const { sees, type, frame } = chat(() => say('fine'), {}, { leaving: 'leave; the demo stops' })
    await sees('1 tool')
    await type('/status')
    await sees('ready  1 tool')
    await type('/help')
    await sees('leave; the demo stops')
    expect(frame()).toContain(
      '\n1 tool\n\nnorth PROD › /status\ns  ready  1 tool\n\nnorth PROD › /help\n/customer [NAME]  ',
    )
  })

  it('shows candidates and warnings under the prompt, until the next key', async () => {
    const { screen, sees, frame } = chat(() => say('fine'))
    await sees('1 tool')
    screen.stdin.write('/c\t')
    await sees('  /copy [NUMBER]')
    screen.stdin.write('l')
    await sees('› /cl')
    expect(frame()).not.toContain('/copy')
    screen.stdin.write('\u0003')
    await sees('press Ctrl+C again to quit')
    screen.stdin.write('x')
    await sees('› x')
    expect(frame()).not.toContain('again to quit')
  })

  it('runs commands while a question is running', async () => {
    async function* silent() {
      yield { type: 'text' as const, text: 'One **half' }
      await new Promise(() => {})
    }
    const { type, sees, screen, frame } = chat(() => silent())
    await sees('1 tool')
    await type('first')
    await sees('Esc cancels')
    await type('/status')
    await sees('s  ready  1 tool')
    screen.stdin.write('\u001b')
    await sees('cancelled')
    expect(frame()).toMatch(/\nOne half\n\ncancelled\n/)
  })
})
