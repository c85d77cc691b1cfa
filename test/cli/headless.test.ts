import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openSession, type Session } from '../../src/agent/session.ts'
import { type App, openApp } from '../../src/app.ts'
import { SupportError } from '../../src/base/errors.ts'
import { run } from '../../src/cli/commands/chat/chat.ts'
import { askIn, askOnce } from '../../src/cli/commands/chat/headless.ts'
import type { Context, Options } from '../../src/cli/context.ts'
import { createPrinter, type Printer } from '../../src/cli/print/printer.ts'
import { openLateWarnings } from '../../src/cli/warnings.ts'
import { readEnvironment } from '../../src/config/env.ts'
import { startFakePlatforms } from '../fake-platforms/start.ts'
import { closing } from '../helpers/closing.ts'
import { newFolder } from '../helpers/folder.ts'
import { echo, startServer } from '../helpers/mcp-servers.ts'
import { projectOf } from '../helpers/projects.ts'
import { say, scriptedPlatform } from '../helpers/scripted-platform.ts'

it('a headless question is counted, but its text is not stored', async () => {
  const folder = newFolder()
  const config = join(folder, 'mcp_servers.json')
  const document = { platforms: { demo: {} }, customers: [{ name: 'Acme', mcp_servers: [] }] }
  writeFileSync(config, JSON.stringify(document))
  const [customer] = projectOf(document).customers
  if (!customer) throw new Error('no customer')
  const app = openApp({ config, environment: readEnvironment({ XDG_STATE_HOME: folder }) })
  const { stdout, stderr } = process
  const print = { ...createPrinter({ mode: 'quiet', color: false, stdout, stderr }), result() {} }
  const never = new AbortController().signal
  const context: Context = {
    config,
    print,
    signal: never,
    unread: never,
    help: () => '',
    settings: {},
    late: openLateWarnings(() => {}),
    open: async () => app,
  }
  const asking = { customer, seconds: undefined, platform: 'demo' }

  await askOnce(context, app, { ...asking, question: 'is canary-4711 well?' })
  await askOnce(context, app, { ...asking, question: 'is canary-4711 well?' })

  const turns = (await app.usage()).turns(0)
  expect(turns).toHaveLength(2)
  expect(new Set(turns.map(one => one.question)).size).toBe(2)
  const files = readdirSync(app.stack.state.folder).map(name =>
    readFileSync(join(app.stack.state.folder, name), 'latin1'),
  )
  expect(files.some(text => text.includes('acme'))).toBe(true)
  expect(files.join('')).not.toContain('canary')
  await app.close()
})

interface Seen {
  out: string
  err: string
}

interface Around {
  document?: object
  mode?: Printer['mode']
  isTerminal?: boolean
  signal?: AbortSignal
}

/** The command `chat` over streams that are read here; its exit code, with what it printed. */
async function chat(options: Options, around: Around): Promise<Seen & { code: number | undefined }> {
  const { document = {}, mode = 'text', isTerminal = false, signal = new AbortController().signal } = around
  const folder = newFolder()
  const config = join(folder, 'mcp_servers.json')
  writeFileSync(config, JSON.stringify(document))
  const environment = readEnvironment({ XDG_STATE_HOME: folder, OPENAI_API_KEY: 'sk-of-nobody' })
  const seen: Seen = { out: '', err: '' }
  const stream = (to: keyof Seen) => {
    const write = (chunk: unknown, _: unknown, done: () => void) => {
      seen[to] += String(chunk)
      done()
    }
    return Object.assign(new Writable({ write }), { isTTY: isTerminal }) as unknown as NodeJS.WriteStream
  }
  const print = createPrinter({ mode, color: false, stdout: stream('out'), stderr: stream('err') })
  const open = async () => openApp({ config, environment })
  const code = await run(
    {
      config,
      print,
      signal,
      unread: signal,
      help: () => '',
      settings: {},
      late: openLateWarnings(() => {}),
      open,
    },
    [],
    options,
  )
  return { code, ...seen }
}

/** A customer whose one server does this with a request; where it does nothing, the connection hangs. */
async function oneServer(onAsked: (response: ServerResponse) => void): Promise<object> {
  const server = createServer((_, response) => onAsked(response)).listen(0, '127.0.0.1')
  await new Promise(resolve => server.once('listening', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`
  return {
    platforms: { demo: {} },
    customers: [{ name: 'Acme', mcp_servers: [{ type: 'alertmanager', url }] }],
  }
}

describe('an interrupted connection', () => {
  const ONE = { prompt: 'Is all well?', customer: 'acme' }

  it('ends as interrupted, and does not blame the customer', async () => {
    const interrupt = new AbortController()
    const document = await oneServer(() => interrupt.abort(new Error('Ctrl+C')))
    const { code, out, err } = await chat(ONE, { document, signal: interrupt.signal })
    expect([code, out]).toEqual([130, ''])
    expect(err).not.toContain('not connected')
  })

  it('ends as a timeout after its deadline', async () => {
    const document = await oneServer(() => {})
    const { code, out, err } = await chat({ ...ONE, timeout: '1' }, { document, mode: 'json' })
    expect(code).toBe(124)
    expect(err).toContain('supportmax: timed out after 1 s (--timeout)')
    expect(JSON.parse(out)).toMatchObject({ answer: null, error: 'timed out after 1 s (--timeout)' })
  })
})

/** Clipboard, colour, the one-byte form of CSI, and a turned reading direction. */
const EVIL = '\u001b]52;c;aGk=\u0007\u001b[31mred\u009b2J\u202etxt'
const ODD = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/

describe('a control sequence for the terminal', () => {
  async function answered(around: Around): Promise<Seen> {
    const fake = await startFakePlatforms()
    onTestFinished(() => fake.close())
    fake.script('openai', [{ calls: [{ name: `no\u001b[31m\n${EVIL}`, args: { a: 1 } }] }, { text: EVIL }])
    const openai = { base_url: fake.url('openai'), dialect: 'responses', model: 'gpt-5.4-mini' }
    const document = { platforms: { openai }, customers: [{ name: 'Acme', mcp_servers: [] }] }
    return chat({ prompt: 'Well?' }, { document, ...around })
  }

  it('is removed from an answer on a terminal, and from all notes', async () => {
    const { out, err } = await answered({ isTerminal: true })
    expect(out).toContain('red')
    expect(out).not.toMatch(ODD)
    expect(err).not.toMatch(ODD)
  })

  it('stays in an answer that is piped, as the model wrote it', async () => {
    const { out, err } = await answered({})
    expect(out).toBe(`${EVIL}\n`)
    expect(err).not.toMatch(ODD)
  })

  it('is escaped in JSON, and unchanged once parsed', async () => {
    const { out } = await answered({ mode: 'json', isTerminal: true })
    expect(out).not.toMatch(ODD)
    expect(JSON.parse(out)).toMatchObject({ answer: EVIL })
  })

  it('is removed from everything that a recording shows', async () => {
    const { code, out, err } = await chat({ replay: recordingOf(EVIL) }, {})
    expect(code).toBe(0)
    expect(out).toContain('red')
    expect(out + err).not.toMatch(ODD)
    expect(err).toContain('recorded')
  })
})

/** One question and its answer, every text of it this one. */
function recordingOf(text: string): string {
  const file = join(newFolder(), 'recording.jsonl')
  const head = { supportmax: text, made: text, customer: { id: text, name: text } }
  const about = { question: 'q', conversation: 'c', purpose: 'answer', platform: text, model: text }
  const calls = [{ id: 'a', name: text, args: { text }, rawArgs: '' }]
  const user = { role: 'user', text }
  const tools = [{ name: text, description: text, inputSchema: {} }]
  const events = (event: object, reason: string) => [
    { ms: 1, event },
    { ms: 2, event: { type: 'finish', reason } },
  ]
  const first = { ...about, system: text, tools, keep: 0, messages: [user], fault: null }
  const results = [
    { role: 'assistant', text: '', calls },
    { role: 'tool', callId: 'a', name: text, text, isError: false },
  ]
  const second = { ...about, keep: 1, messages: results, fault: null }
  const lines = [
    head,
    { ...first, events: events({ type: 'call', call: calls[0] }, 'calls') },
    { ...second, events: events({ type: 'text', text }, 'stop') },
  ]
  writeFileSync(file, lines.map(line => `${JSON.stringify(line)}\n`).join(''))
  return file
}

describe('chat --replay', () => {
  it.each([
    ['-p', { prompt: 'Well?' }],
    ['a customer', { customer: 'acme' }],
    ['--platform', { platform: 'openai' }],
    ['--model', { model: 'gpt-5.4' }],
    ['--critical', { critical: true }],
    ['--record', { record: 'new.jsonl' }],
    ['--timeout', { timeout: '5' }],
  ])('cannot be combined with %s', async (flag, options) => {
    const replay = recordingOf('plain')
    await expect(chat({ replay, ...options }, {})).rejects.toMatchObject({
      code: 'usage',
      message: `${flag} cannot be combined with --replay`,
    })
  })

  it('says that the last line is incomplete, and plays the rest', async () => {
    const replay = recordingOf('plain')
    writeFileSync(replay, `${readFileSync(replay, 'utf8')}{"question":"q`)
    const { code, out, err } = await chat({ replay }, {})
    expect([code, out]).toEqual([0, '\nplain › plain\n\nplain\n'])
    expect(err).toContain(`${replay}: the last line is incomplete`)
  })
})

it('a recording that cannot be continued is reported once, and the answer still arrives', async () => {
  const record = join(newFolder(), 'recording.jsonl')
  let isGone = false
  const document = await oneServer(response => {
    if (!isGone) {
      isGone = true
      rmSync(record)
      mkdirSync(record)
    }
    response.writeHead(404).end()
  })
  const { code, out, err } = await chat({ prompt: 'Well?', record }, { document, mode: 'quiet' })
  expect([code, out.trim()]).toEqual([0, expect.stringMatching(/./)])
  expect(err).toBe(`supportmax: --record ${record}: is a folder; the rest of this chat was not recorded\n`)
})

describe('a headless question', () => {
  const asking = { customer: { id: 'acme', name: 'Acme', environment: undefined }, seconds: undefined }
  const seen = { out: '', err: '' }
  const printer = () => {
    Object.assign(seen, { out: '', err: '' })
    const stream = (to: 'out' | 'err') => {
      const write = (chunk: unknown, _: unknown, done: () => void) => {
        seen[to] += String(chunk)
        done()
      }
      return new Writable({ write }) as unknown as NodeJS.WriteStream
    }
    return createPrinter({ mode: 'text', color: false, stdout: stream('out'), stderr: stream('err') })
  }
  const never = new AbortController().signal

  it('ends with exit code 3 when the engine does not respond, like every command', async () => {
    const toolsetFor = async () => {
      throw new SupportError('missing', 'Docker does not respond', { hint: 'run `docker info`' })
    }
    const session = openSession({
      toolsetFor,
      platformsFor: async () => ({ platform: scriptedPlatform(() => say('x')) }),
      promptFor: () => '',
    })
    const app = {
      openSession: async () => session,
      answerServers() {},
      project: { customers: [] },
    } as unknown as App
    const context = { print: printer(), signal: never } as unknown as Context
    await expect(askOnce(context, app, { ...asking, question: 'well?' })).rejects.toMatchObject({
      code: 'missing',
      message: 'Docker does not respond',
      hint: 'run `docker info`',
    })
  })

  it("prints the server's own words of a call that failed", async () => {
    const ask = async function* () {
      yield { type: 'call-started', id: '1', server: 'grafana', tool: 'query', args: { expr: 'up' } }
      const text = 'grafana__query failed: HTTP 403: no permission for "prod"'
      yield { type: 'call-ended', id: '1', outcome: { kind: 'failed', text, took: 43, cutBytes: 0 } }
      yield { type: 'cancelled' }
    } as unknown as Session['ask']
    const session = { ask, current: () => undefined }
    await askIn(session, { ...asking, question: 'up?' }, { print: printer(), signal: never })
    expect(seen.err).toContain('✗ grafana · query expr=up (43 ms): HTTP 403: no permission for "prod"\n')
  })
})

describe('a server that offers tools, but whose system does not answer', () => {
  it('is named while the question is answered, and in JSON', async () => {
    const run = () => ({ isError: true, content: [{ type: 'text', text: 'Alertmanager answers 401' }] })
    const tools = [{ ...echo, name: 'get_status', annotations: { readOnlyHint: true }, run }]
    const server = await startServer({ kind: 'modern', tools })
    onTestFinished(() => server.close())
    const customers = [{ name: 'Acme', mcp_servers: [{ type: 'alertmanager', url: server.url }] }]
    const around = { document: { platforms: { demo: {} }, customers } }
    const reason = 'test call failed: get_status: Alertmanager answers 401'
    const asked = { prompt: 'Is all well?', customer: 'acme', platform: 'demo' }
    const { err } = await chat(asked, around)
    expect(err).toContain(`alertmanager is degraded: ${reason}\n  check what the credential of`)
    const { out } = await chat(asked, { ...around, mode: 'json' })
    expect(JSON.parse(out)).toMatchObject({
      missing: [],
      degraded: [{ server: 'alertmanager', state: 'degraded', reason }],
    })
  })
})

it.each(['text', 'json'] as const)(
  'a server that asks a person is declined, and stderr says what it asked and what to type (%s)',
  async mode => {
    const form = { message: 'Which shift is this for?', requestedSchema: SHIFT }
    const server = closing(
      await startServer({
        kind: 'legacy',
        tools: [
          {
            name: 'list_alerts',
            annotations: { readOnlyHint: true },
            run: async (_args, _signal, ask) => `the person said ${(await ask(form)).action}`,
          },
        ],
      }),
    )
    const document = {
      platforms: { demo: {} },
      customers: [
        { name: 'Acme', mcp_servers: [{ name: 'alertmanager', url: server.url, trust_hints: true }] },
      ],
    }
    const asking = { prompt: 'Which alerts are firing right now?', customer: 'acme' }
    const { code, out, err } = await chat(asking, { document, mode })
    expect(code).toBe(0)
    expect(out).toContain('the person said decline')
    expect(err).toContain(
      'alertmanager asked a person: "Which shift is this for?" (shift); it was declined, because nobody can answer here',
    )
    expect(err).toMatch(/run `\S*supportmax\S* chat acme` in a terminal and ask there: it shows the form/)
    const asked = { server: 'alertmanager', message: 'Which shift is this for?', fields: ['shift'] }
    if (mode === 'json') expect(JSON.parse(out).unanswered).toEqual([asked])
  },
)

const SHIFT = { type: 'object', properties: { shift: { type: 'string' } } }
