import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { AgentEvent } from '../../src/agent/events.ts'
import { openSession, type Session } from '../../src/agent/session.ts'
import { hideSecret } from '../../src/base/redact.ts'
import { FORMAT } from '../../src/recordings/line.ts'
import { openRecorder } from '../../src/recordings/record.ts'
import { readRecording } from '../../src/recordings/replay.ts'
import type { Toolset } from '../../src/toolset/toolset.ts'
import { asking, type Coordinated, coordinated, customer } from '../helpers/coordinated.ts'
import { newFolder } from '../helpers/folder.ts'

let world: Coordinated
let folder: string
beforeEach(async () => {
  hideSecret(SECRET)
  world = await coordinated({ order: ['openai', 'anthropic', 'google_gemini'] })
  folder = newFolder()
})
afterEach(() => world.close())

const SECRET = 'glsa_never-in-a-"recording"-1234'

function toolset(): Toolset {
  const tool = { name: 'am__list', server: 'am', tool: 'list', description: 'Alerts', readOnly: true }
  let calls = 0
  return {
    customer: { ...customer, access: 'read-only' },
    generation: 1,
    tools: [{ ...tool, inputSchema: { type: 'object', properties: { n: { type: 'number' } } } }],
    withheld: [],
    leftOut: [],
    patterns: [],
    missing: [],
    async call() {
      return { kind: 'answered', text: `result ${++calls} with ${SECRET}`, took: 1, cutBytes: 0 }
    },
    retire() {},
  }
}

async function heard(session: Session, text: string, isCritical = false): Promise<AgentEvent[]> {
  const events: AgentEvent[] = []
  const { signal } = new AbortController()
  const approve = async () => ({ allowed: true }) as const
  for await (const event of session.ask({ customerId: 'acme', text, isCritical, signal, approve }))
    events.push(event)
  return events
}

const untold = (reason: string): void => {
  throw new Error(reason)
}

/** Two questions with their events; the second is critical, and its first turn breaks off. */
async function recorded(
  file: string,
  { told = untold, opened = () => {} }: { told?: (reason: string) => void; opened?: () => void } = {},
): Promise<AgentEvent[][]> {
  const recorder = openRecorder(file, customer, told)
  opened()
  const session = openSession({
    toolsetFor: async () => toolset(),
    promptFor: () => `be brief, and never say ${SECRET}`,
    judging: 'compare',
    async platformsFor(asked) {
      const { platform, peers, judge } = recorder.record(world.coordinator.forQuestion(asking(asked)), asked)
      return { platform, witnesses: { peers, judge } }
    },
  })
  const call = (n: number) => ({ calls: [{ name: 'am__list', args: { n } }] })
  world.fake.script('openai', [
    { thinking: 'hm', ...call(1) },
    { ...call(2) },
    { text: `first ${SECRET}` },
    { fault: 'overloaded' },
  ])
  world.fake.script('anthropic', [{ text: 'second' }])
  world.fake.script('google', [{ text: 'VERDICT: AGREE' }])
  await session.switchTo('acme')
  const all = [await heard(session, 'What is it?'), await heard(session, 'Is it bad?', true)]
  session.close()
  return all
}

async function replayed(file: string) {
  const recording = readRecording(file)
  let asked = 0
  const session = openSession({
    toolsetFor: async () => recording.toolset(),
    promptFor: () => recording.system,
    judging: 'compare',
    async platformsFor() {
      const { platform, peers, judge } = recording.platforms(recording.questions[asked++]?.id ?? '')
      return { platform, witnesses: { peers, judge } }
    },
  })
  await session.switchTo('acme')
  const all: AgentEvent[][] = []
  for (const one of recording.questions) all.push(await heard(session, one.text, one.isCritical))
  session.close()
  return { recording, all }
}

const answers = (all: AgentEvent[][]) =>
  all.map(events => events.flatMap(event => (event.type === 'answer' ? event.text : [])).join())

describe('a recording', () => {
  it('gives the same answers when it is replayed without platforms, servers or keys', async () => {
    const file = join(folder, 'recording.jsonl')
    const before = await recorded(file)
    await world.fake.close()
    const { recording, all } = await replayed(file)
    expect(recording.questions.map(one => [one.text, one.isCritical])).toEqual([
      ['What is it?', false],
      ['Is it bad?', true],
    ])
    expect(answers(all)).toEqual(answers(before).map(text => text.replaceAll(SECRET, '‹hidden›')))
    // Pieces of one text arrive joined.
    const types = (events: AgentEvent[][]) =>
      events
        .flat()
        .map(event => event.type)
        .filter((type, i, all) => type !== 'text' || all[i - 1] !== 'text')
    expect(types(all)).toEqual(types(before))
    const asked = (events: AgentEvent[][]) => events.flat().filter(event => event.type === 'cross-checking')
    expect(asked(all)).toEqual(asked(before))
    expect(recording.differences()).toEqual([])
    expect(recording.head.format).toBe(FORMAT)
  })

  it('contains no secret and no sealed reasoning, and only its owner can read it', async () => {
    const file = join(folder, 'recording.jsonl')
    await recorded(file)
    const text = readFileSync(file, 'utf8')
    expect(text).toContain('‹hidden›')
    for (const part of [
      SECRET,
      JSON.stringify(SECRET).slice(1, -1),
      'never-in-a',
      'encrypted_content',
      'key-of-',
    ])
      expect(text).not.toContain(part)
    expect(statSync(file).mode & 0o777).toBe(0o600)
  })

  it('reports where this program sends different requests now', async () => {
    const file = join(folder, 'recording.jsonl')
    await recorded(file)
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll('result 2 with', 'changed with'))
    const lines = readFileSync(file, 'utf8').split('\n')
    const third = lines.findIndex(line => line.includes('changed with'))
    writeFileSync(
      file,
      lines.map((line, i) => (i === third ? line.replace('"keep":3', '"keep":1') : line)).join('\n'),
    )
    const { recording } = await replayed(file)
    expect(recording.differences()[0]).toMatch(/^line \d+: \d messages then, \d now$/)
  })

  it('that cannot be continued is reported once, and does not affect the answers', async () => {
    const file = join(folder, 'recording.jsonl')
    const told: string[] = []
    const all = await recorded(file, {
      told: reason => told.push(reason),
      opened() {
        rmSync(file)
        mkdirSync(file)
      },
    })
    expect(told).toEqual(['is a folder'])
    expect(answers(all)).toEqual([`first ${SECRET}`, expect.stringMatching(/^second\n\n/)])
  })

  it('contains a turn before its finish is passed on', async () => {
    const file = join(folder, 'recording.jsonl')
    const asked = asking()
    world.fake.script('openai', [{ text: 'done' }])
    const { platform } = openRecorder(file, customer, untold).record(
      world.coordinator.forQuestion(asked),
      asked,
    )
    const request = { system: '', messages: [{ role: 'user' as const, text: 'Well?' }], tools: [] }
    for await (const event of platform.stream(request, new AbortController().signal)) {
      const lines = readFileSync(file, 'utf8').trimEnd().split('\n')
      expect(lines).toHaveLength(event.type === 'finish' ? 2 : 1)
    }
    expect(readRecording(file).questions).toHaveLength(1)
  })

  it('is never overwritten, and a file that is not a recording is rejected with the line', async () => {
    const file = join(folder, 'recording.jsonl')
    openRecorder(file, customer, untold)
    expect(() => openRecorder(file, customer, untold)).toThrow(`--record ${file}: already exists`)
    expect(() => openRecorder(join(folder, 'no', 'such.jsonl'), customer, untold)).toThrow('no such folder')
    expect(() => readRecording(join(folder, 'none'))).toThrow('no such file')
    expect(() => readRecording(file)).toThrow(`${file}: contains no question`)
    writeFileSync(file, `${readFileSync(file, 'utf8')}{"half\n`)
    expect(() => readRecording(file)).toThrow(`${file}:2: not a line of a recording`)
    for (const none of ['[]\n', '', '{"supportmax":"1"']) {
      writeFileSync(file, none)
      expect(() => readRecording(file)).toThrow(`${file}:1: not a line of a recording`)
    }
  })

  it('with an incomplete last line is replayed up to that line', async () => {
    const file = join(folder, 'recording.jsonl')
    await recorded(file)
    const source = readFileSync(file, 'utf8')
    expect(readRecording(file).isCut).toBe(false)
    writeFileSync(file, source.slice(0, -20))
    const { recording, all } = await replayed(file)
    expect(recording.isCut).toBe(true)
    expect(answers(all)[0]).toBe('first ‹hidden›')
    const [head, first, ...others] = source.split('\n')
    writeFileSync(file, [head, first?.slice(0, -20), ...others].join('\n'))
    expect(() => readRecording(file)).toThrow(`${file}:2: not a line of a recording`)
    writeFileSync(file, `${head}\n${first?.slice(0, -20)}`)
    expect(() => readRecording(file)).toThrow(`${file}: contains no question`)
  })

  const EDITS: [line: number, path: string, value: unknown][] = [
    [1, 'made', 7],
    [1, 'customer', null],
    [1, 'customer.id', undefined],
    [1, 'customer.name', {}],
    [2, 'question', undefined],
    [2, 'purpose', 'judge'],
    [2, 'purpose', 'constructor'],
    [2, 'keep', 'x'],
    [2, 'messages', []],
    [2, 'messages.0', null],
    [2, 'messages.0.role', 'toString'],
    [2, 'messages.0.text', 5],
    [2, 'tools.0', null],
    [2, 'tools.0.name', 5],
    [2, 'tools.0.inputSchema', 'x'],
    [2, 'events', [null]],
    [2, 'events', [{ ms: 1, event: { type: 'other' } }]],
    [2, 'events', [{ ms: 1, event: { type: 'call', call: { id: 'a' } } }]],
    [2, 'events', [{ ms: 1, event: { type: 'text' } }]],
    [2, 'events', [{ ms: 1, event: { type: 'finish', reason: 'stop', served: 5 } }]],
    [2, 'fault', 5],
    [3, 'messages.0.calls', undefined],
    [3, 'messages.0.calls.0.name', undefined],
    [3, 'messages.1.callId', 5],
  ]

  it.each(EDITS)(
    'that was edited on line %i so that %s is %j is rejected with that line',
    async (n, path, value) => {
      const file = join(folder, 'recording.jsonl')
      await recorded(file)
      const lines = readFileSync(file, 'utf8').split('\n')
      const line = JSON.parse(lines[n - 1] ?? '') as Record<string, unknown>
      const names = path.split('.')
      const last = names.pop() ?? ''
      let part = line
      for (const name of names) part = part[name] as Record<string, unknown>
      expect(part).toHaveProperty(last)
      part[last] = value
      writeFileSync(file, lines.with(n - 1, JSON.stringify(line)).join('\n'))
      expect(() => readRecording(file)).toThrow(`--replay ${file}:${n}: not a line of a recording`)
    },
  )
})
