import { render } from 'ink-testing-library'
import { afterEach, describe, expect, it } from 'vitest'
import { openSession, type SessionOptions } from '../../src/agent/session.ts'
import { openController } from '../../src/chat/controller.ts'
import { Markdown } from '../../src/chat/draw/Markdown.tsx'
import { Screen } from '../../src/chat/draw/Screen.tsx'
import { Coloured } from '../../src/chat/draw/tone.tsx'
import type { Project } from '../../src/config/project.ts'
import type { ToolCallOptions, Toolset } from '../../src/mcp/toolset.ts'
import { customerOf } from '../helpers/customer-of.ts'
import { callThenSay, type Script, say, scriptedPlatform } from '../helpers/scripted-platform.ts'
import { until } from '../helpers/until.ts'

const open: { close(): void }[] = []
afterEach(() => {
  for (const one of open.splice(0)) one.close()
})

const customers = [
  customerOf('north', ['s'], { name: 'Nordwind', environment: 'prod', access: 'read-write' }),
  customerOf('south', ['s'], { name: 'Süd' }),
]

function toolsetOf(id: string): Toolset {
  const customer = customers.find(one => one.id === id)
  if (!customer) throw new Error(`no ${id}`)
  const { name, environment, access } = customer
  const tool = {
    name: 's__write',
    server: 's',
    tool: 'write',
    description: '',
    inputSchema: {},
    readOnly: false,
  }
  return {
    customer: { id, name, environment, access },
    generation: 1,
    tools: [tool],
    withheld: [],
    missing: [],
    async call(_name: string, args: unknown, { approve }: ToolCallOptions) {
      const approval = await approve({ customer: id, server: 's', tool: 'write', args })
      const text = approval.allowed ? 'written' : approval.reason
      return { kind: approval.allowed ? 'answered' : 'denied', text, took: 3, cutBytes: 0 } as const
    },
    retire() {},
  }
}

function chat(script: Script, more: Partial<SessionOptions> = {}) {
  const platform = scriptedPlatform(script)
  const session = openSession({
    toolsetFor: async id => toolsetOf(id),
    platformFor: async () => platform,
    promptFor: () => 'sys',
    ...more,
  })
  const [customer] = customers
  if (!customer) throw new Error('no customer')
  const controller = openController({
    session,
    project: { customers } as Project,
    customer,
    status: async () => [{ server: 's', state: 'ready', reason: '1 tool', hint: '' }],
    up: async (_customer, tell) => tell('nothing to start'),
  })
  const screen = render(<Screen controller={controller} customers={customers} color={false} />)
  open.push({ close: () => screen.unmount() })
  controller.start()
  const sees = (words: string) =>
    until(`${words} on the screen: ${screen.lastFrame()}`, () => screen.lastFrame()?.includes(words))
  const type = async (line: string) => {
    screen.stdin.write(line)
    await sees(line)
    screen.stdin.write('\r')
  }
  return { screen, sees, type, platform, controller, frame: () => screen.lastFrame() ?? '' }
}

describe('the screen', () => {
  it('opens at once, with the customer and PROD on the prompt', () => {
    const never = () => new Promise<Toolset>(() => {})
    const { frame } = chat(() => say('x'), { toolsetFor: never })
    expect(frame()).toContain('connecting to Nordwind')
    expect(frame()).toContain('north PROD › ')
  })

  it('asks, shows the call, and writes the answer', async () => {
    const { type, sees, platform } = chat(callThenSay(['s__write', { a: 1 }]))
    await sees('1 tool')
    await type('do it')
    await sees('[y/N]')
    expect(platform.requests).toHaveLength(1)
  })

  it.each([
    ['y', '✓ s · write'],
    ['n', '⊘ s · write'],
    ['\r', '⊘ s · write'],
    ['\u001b', '⊘ s · write'],
  ])('a dialog answered with %j ends as %s', async (key, line) => {
    const { type, sees, screen } = chat(callThenSay(['s__write', { a: 1 }]))
    await sees('1 tool')
    await type('do it')
    await sees('north: allow s · write {"a":1} [y/N]')
    screen.stdin.write(key)
    await sees(line)
  })

  it('an open dialog is gone with its customer', async () => {
    const { type, sees, controller, frame, platform } = chat(callThenSay(['s__write', {}]))
    await sees('1 tool')
    await type('do it')
    await sees('[y/N]')
    controller.submit('/customer south')
    await sees('south › ')
    expect(frame()).not.toContain('[y/N]')
    expect(platform.requests).toHaveLength(1)
  })

  it('completes, switches, lists and helps', async () => {
    const { screen, sees, type } = chat(() => say('fine'))
    await sees('1 tool')
    screen.stdin.write('/cu\ts\t')
    await sees('/customer south')
    screen.stdin.write('\r')
    await sees('south › ')
    await type('/tools')
    await sees('s  write')
    await type('/status')
    await sees('s  ready  1 tool')
    await type('/help')
    await sees('/quit')
    await type('/nonsense')
    await sees('there is no /nonsense')
    await type('/customer nobody')
    await sees('there is no customer "nobody"')
  })

  it('keeps a question that is typed while another runs', async () => {
    async function* silent() {
      await new Promise(() => {})
      yield { type: 'thinking' as const }
    }
    const { type, sees, screen } = chat(() => silent())
    await sees('1 tool')
    await type('first')
    await sees('Esc cancels')
    await type('second')
    await sees('still at work')
    expect(screen.lastFrame()).toContain('› second')
    screen.stdin.write('\u001b')
    await sees('cancelled')
  })
})

describe('Markdown', () => {
  const drawn = (text: string, width: number) => {
    const { lastFrame, unmount } = render(
      <Coloured.Provider value={false}>
        <Markdown text={text} width={width} />
      </Coloured.Provider>,
    )
    open.push({ close: unmount })
    return (lastFrame() ?? '').split('\n').map(line => line.trimEnd())
  }

  it('hangs lists, quotes, and keeps code', () => {
    const text =
      '# Head\n\nText with **bold** and `code` & <b>.\n\n- one two three four\n  - deep\n1. x\n\n> said\n\n```\na  b\n```'
    expect(drawn(text, 20)).toEqual([
      'Head',
      '',
      'Text with bold and',
      'code & <b>.',
      '• one two three four',
      '  • deep',
      '1. x',
      '',
      '│ said',
      '',
      '  a  b',
    ])
  })

  it('draws a table in columns where it fits, else row by row', () => {
    const table = '| name | state |\n|--|--|\n| disk | full |\n| cpu | ok |'
    expect(drawn(table, 40)).toEqual(['name │ state', 'disk │ full', 'cpu  │ ok'])
    expect(drawn(table, 12)).toEqual(['name: disk', 'state: full', 'name: cpu', 'state: ok'])
  })
})
