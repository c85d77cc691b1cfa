import { Writable } from 'node:stream'
import { expect, it } from 'vitest'
import type { App } from '../../../src/app.ts'
import { linesToOffer } from '../../../src/cli/commands/tools/hints.ts'
import { run } from '../../../src/cli/commands/tools/list.ts'
import { createPrinter } from '../../../src/cli/print/printer.ts'
import { openLateWarnings } from '../../../src/cli/warnings.ts'
import { HINT_NOT_TRUSTED } from '../../../src/toolset/policy/verdict.ts'
import type { Toolset } from '../../../src/toolset/toolset.ts'
import { anyCustomer, projectOf } from '../../helpers/projects.ts'

const EVIL = '\u001b[2J\u001b]0;title\u0007\u202e\u009b31m'

const toolset: Toolset = {
  customer: { id: 'acme', name: 'Acme', environment: undefined, access: 'read-only' },
  generation: 1,
  tools: [],
  withheld: [{ server: 'grafana', tool: `drop\u200b${EVIL}\r\nall`, reason: `malformed: ${EVIL}` }],
  leftOut: [],
  patterns: [],
  missing: [{ server: 'genesys', state: 'unhealthy', reason: `said ${EVIL}`, hint: `ask ${EVIL}` }],
  call: () => Promise.reject(new Error('not called')),
  retire() {},
}

/** What `tools acme` prints of this toolset. */
async function listed(shown: Toolset, customers: object[] = [anyCustomer('Acme')]): Promise<string> {
  let text = ''
  const write = (chunk: unknown, _: unknown, done: () => void) => {
    text += String(chunk)
    done()
  }
  const stream = new Writable({ write }) as unknown as NodeJS.WriteStream
  const app: Pick<App, 'project' | 'toolsetFor' | 'answerServers' | 'close'> = {
    project: projectOf({ customers }),
    toolsetFor: async () => shown,
    answerServers() {},
    close: async () => {},
  }
  const never = new AbortController().signal
  const open = async () => app as App
  const print = createPrinter({ mode: 'text', color: false, stdout: stream, stderr: stream })
  await run(
    {
      config: '',
      print,
      signal: never,
      unread: never,
      help: () => '',
      settings: {},
      late: openLateWarnings(() => {}),
      open,
    },
    ['acme'],
    {},
  )
  return text
}

it('the list of tools shows no control sequence from the name of a tool, a reason or a hint', async () => {
  const text = await listed(toolset)
  expect(text).toContain('withheld: grafana: drop\\u{200b}\\u{1b}[2J')
  expect(text).toContain('unavailable: genesys: unhealthy: said 31m\n  ask 31m\n')
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/)
})

it('the list of tools says once how to offer those that are withheld', async () => {
  const withheld = [{ server: 'a', tool: 'read', reason: HINT_NOT_TRUSTED }]
  const customers = [{ name: 'Acme', mcp_servers: [{ name: 'a', command: 'x' }] }]
  const text = await listed({ ...toolset, withheld, missing: [] }, customers)
  expect(text.match(/read_only_tools/g)).toHaveLength(1)
  expect(text).toContain(
    'withheld: a: read\n  its read-only hint is not trusted, and the customer is read-only\n',
  )
})

it('the line that offers tools names those that the server calls read-only, or all if it has no hints', () => {
  const project = projectOf({ customers: [{ name: 'Acme', mcp_servers: [{ name: 'a', command: 'x' }] }] })
  const servers = project.customers.flatMap(one => one.servers)
  const withheld = (tool: string, reason: string) => ({ server: 'a', tool, reason })
  const write = withheld('write', 'the tool may change something')
  const lines = (...tools: Toolset['withheld']) =>
    linesToOffer(servers, { ...toolset, withheld: tools }, new Map())
  expect(lines(write, withheld('read', HINT_NOT_TRUSTED))).toEqual([
    {
      message: 'to offer tools of a, name those that change nothing (the server says that these do):',
      hint: 'add "read_only_tools": ["read"] to this server, leaving out tools that change something',
    },
  ])
  expect(lines(write)).toEqual([
    {
      message: 'to offer tools of a, name those that change nothing:',
      hint: 'add "read_only_tools": ["write"] to this server, leaving out tools that change something',
    },
  ])
})
