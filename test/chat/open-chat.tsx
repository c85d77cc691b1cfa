import { render } from 'ink-testing-library'
import { afterAll } from 'vitest'
import { openSession, type SessionOptions } from '../../src/agent/session.ts'
import { openController } from '../../src/chat/controller.ts'
import { Screen } from '../../src/chat/draw/Screen.tsx'
import { NO_COLOURS } from '../../src/chat/draw/text/themes.ts'
import type { ChatTerminal, ChatWork } from '../../src/chat/work.ts'
import type { Project } from '../../src/config/project.ts'
import type { ToolCallOptions, Toolset } from '../../src/toolset/toolset.ts'
import { customerOf } from '../helpers/customer-of.ts'
import { WRITES } from '../helpers/effects.ts'
import { noPlatformWork } from '../helpers/platforms.ts'
import { type Script, scriptedPlatform } from '../helpers/scripted-platform.ts'
import { until } from '../helpers/until.ts'

// The library's screen has no rows. Ink would run `tput` for each frame, or take the rows of the terminal that runs the tests.
Object.assign(process.env, { COLUMNS: '100', LINES: '24' })

/** Closed after the last test of a file: most of them only wait, and run side by side. */
export const open: { close(): void }[] = []
afterAll(() => {
  for (const one of open.splice(0)) one.close()
})

const customers = [
  customerOf('north', ['s'], { name: 'Nordwind', environment: 'prod', access: 'read-write' }),
  customerOf('south', ['s'], { name: 'Süd' }),
  customerOf('tepco', ['s'], { name: '東京電力', environment: 'prod' }),
]

/** The tools of one of the three customers. */
export function toolsetOf(id: string): Toolset {
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
    leftOut: [],
    patterns: [],
    missing: [],
    async call(_name: string, args: unknown, { approve }: ToolCallOptions) {
      const approval = await approve({ customer: id, server: 's', tool: 'write', args, effect: WRITES })
      const text = approval.allowed ? 'written' : approval.reason
      return { kind: approval.allowed ? 'answered' : 'denied', text, took: 3, cutBytes: 0 } as const
    },
    retire() {},
  }
}

/** The chat with three customers, each with one tool that writes, on a screen of 100 columns. */
export function chat(
  script: Script,
  more: Partial<SessionOptions> = {},
  work: Partial<ChatWork> = {},
  /** Instead of a customer's own toolset. */
  instead: (id: string) => Promise<Toolset> | undefined = () => undefined,
) {
  const platform = scriptedPlatform(script)
  const session = openSession({
    toolsetFor: async id => instead(id) ?? toolsetOf(id),
    platformsFor: async () => ({ platform }),
    promptFor: () => 'sys',
    ...more,
  })
  const [customer] = customers
  if (!customer) throw new Error('no customer')
  const pages: string[] = []
  const copied: string[] = []
  const edited = (text: string) => `${text} (edited)`
  const terminal: ChatTerminal = {
    page: async text => void pages.push(text),
    copy: text => void copied.push(text),
    edit: async text => edited(text),
    clear() {},
    suspend: async () => false,
  }
  const all: ChatWork = {
    session,
    project: { customers, file: '/here/mcp_servers.json' } as Project,
    customer,
    platforms: noPlatformWork(),
    status: async () => [{ server: 's', state: 'ready', reason: '1 tool', hint: '' }],
    up: async (_customer, tell) => tell('nothing to start'),
    configChange: () => undefined,
    reload: async () => [],
    ...work,
  }
  const controller = openController(all, terminal)
  const screen = render(<Screen controller={controller} theme={NO_COLOURS} />)
  open.push({ close: () => screen.unmount() })
  controller.start()
  const sees = (words: string) =>
    until(`${words} on the screen: ${screen.lastFrame()}`, () => screen.lastFrame()?.includes(words))
  const type = async (line: string) => {
    screen.stdin.write(line)
    await sees(line)
    screen.stdin.write('\r')
  }
  /** Everything finished, each once, and what is live now. */
  const frame = () => screen.lastFrame() ?? ''
  return { screen, sees, type, platform, session, controller, frame, pages, copied }
}
