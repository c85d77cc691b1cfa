import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { interpretProject } from '../../../src/config/load.ts'
import { anyCustomer } from '../../helpers/projects.ts'
import { until } from '../../helpers/until.ts'
import { settingsFor } from '../announce.ts'
import { type Answer, CLIENTS } from '../clients.ts'
import { type FakePlatforms, startFakePlatforms } from '../start.ts'

let fake: FakePlatforms
beforeAll(async () => {
  fake = await startFakePlatforms()
})
beforeEach(() => fake.reset())
afterAll(() => fake.close())

async function ask(instance: string, client = instance, signal = new AbortController().signal) {
  const answer: Answer = { text: '', thought: '', calls: [], end: undefined }
  await CLIENTS[client]?.ask(fake.url(instance), answer, signal)
  return answer
}

async function http(path: string, body?: unknown) {
  const method = body === undefined ? 'GET' : 'POST'
  const init = body === undefined ? {} : { body: JSON.stringify(body) }
  return fetch(`http://127.0.0.1:${fake.port}${path}`, { method, ...init })
}

describe('an instance', () => {
  it('has a script and records of its own', async () => {
    fake.script('openai', [{ text: 'one' }])
    fake.script('openai-b', [{ text: 'two' }])
    expect((await ask('openai-b', 'openai')).text).toBe('two')
    expect((await ask('openai')).text).toBe('one')
    expect(fake.requests('openai-b')).toHaveLength(1)
    expect(fake.fresh('openai')).not.toBe(fake.fresh('openai'))
  })

  it('begins with a vendor', () => {
    expect(() => fake.url('mistral')).toThrow('no vendor begins "mistral"')
  })

  it('answers by a function of the request, too', async () => {
    fake.script('anthropic', (request, turn) => ({ text: `${request.body.max_tokens} ${turn}` }))
    expect([(await ask('anthropic')).text, (await ask('anthropic')).text]).toEqual(['99 0', '99 1'])
  })

  it('starts anew with a new script', async () => {
    fake.script('google', [{ text: 'a' }, { text: 'b' }])
    await ask('google')
    fake.script('google', [{ text: 'c' }, { text: 'd' }])
    expect((await ask('google')).text).toBe('c')
  })

  it('refuses a request without a key', async () => {
    const { status } = await http('/anthropic/v1/messages', {})
    expect(status).toBe(401)
    expect((await http('/google/v1beta/models')).status).toBe(403)
  })
})

describe('rules', () => {
  it.each(Object.keys(CLIENTS))('of %s refuse a tool without taking a turn', async instance => {
    fake.script(instance, [{ text: 'first' }, { text: 'second' }])
    const words = async () =>
      ask(instance).then(
        () => 'none',
        error => String(error.message),
      )
    fake.rules(instance, { refuses: { tools: ['find'], by: 'name' } })
    expect(await words()).toContain('find')
    fake.rules(instance, { refuses: { tools: ['find'], by: 'index' } })
    expect(await words()).toMatch(/tools\[0\]|tools\.0|function_declarations\[0\]/)
    fake.rules(instance, { refuses: { tools: ['find'], by: 'nothing' } })
    expect(await words()).not.toMatch(/find|\[0\]|\.0/)
    fake.rules(instance, { mostTools: 0 })
    expect(await words()).toMatch(/\b0\b.*\b1\b/)
    fake.rules(instance, { models: ['another'] })
    await expect(ask(instance)).rejects.toMatchObject({ status: 404 })
    fake.rules(instance, { refuses: { tools: ['other'], by: 'name' }, mostTools: 1 })
    expect((await ask(instance)).text).toBe('first')
  })
})

describe('a turn', () => {
  it.each(Object.keys(CLIENTS))('of %s takes the time that it is told', async instance => {
    fake.script(instance, [{ text: 'abcd', chunk: 1, pings: 1, delay: { first: 60, between: 5 } }])
    expect((await ask(instance)).text).toBe('abcd')
    const [{ arrivedAt, endedAt = 0 } = { arrivedAt: 0 }] = fake.requests(instance)
    expect(endedAt - arrivedAt).toBeGreaterThan(60 + 4 * 5)
  })

  it.each(Object.keys(CLIENTS))("of %s ends by the vendor's own words", async instance => {
    const vendor = instance.replace('azure', 'openai').replace('vertex', 'google')
    const ends = ENDS[vendor] ?? []
    fake.script(
      instance,
      ends.map(([turn]) => turn),
    )
    for (const [, word] of ends) expect((await ask(instance)).end).toBe(word)
  })

  it('can be refused in words, where the vendor has them', async () => {
    fake.script('google', [{ stop: 'blocked' }])
    expect((await ask('google')).end).toBe('PROHIBITED_CONTENT')
  })

  it('has arguments as they are written: none, and broken ones', async () => {
    const calls = [
      { name: 'find', args: '' },
      { name: 'find', args: '{"id":' },
    ]
    for (const instance of ['openai', 'openai-completions', 'anthropic']) {
      fake.script(instance, [{ calls }])
      expect((await ask(instance)).calls).toEqual(calls)
    }
    fake.script('google', [{ calls }])
    expect(await ask('google')).toMatchObject({ calls: [{ args: '{}' }], end: 'MALFORMED_FUNCTION_CALL' })
  })

  it('whose client leaves in the middle ends there', async () => {
    fake.script('anthropic', [{ text: 'x'.repeat(2_000), chunk: 1, delay: { between: 5 } }])
    const abort = new AbortController()
    const asked = ask('anthropic', 'anthropic', abort.signal)
    await until('the request', () => fake.requests('anthropic')[0])
    const before = performance.now()
    abort.abort()
    await asked.catch(() => {})
    const closed = await until('the closing', () => fake.requests('anthropic')[0]?.closedByClientAt)
    expect(closed - before).toBeLessThan(1_000)
    expect(fake.requests('anthropic')[0]?.endedAt).toBeUndefined()
  })
})

type Ends = [
  turn: { text?: string; calls?: { name: string }[]; stop?: 'length' | 'filtered'; stopAs?: string },
  word: string,
][]

const call = { calls: [{ name: 'find' }] }
const ENDS: Record<string, Ends> = {
  openai: [
    [{ text: 'a' }, 'completed'],
    [call, 'completed'],
    [{ text: 'a', stop: 'length' }, 'max_output_tokens'],
    [{ stop: 'filtered' }, 'content_filter'],
  ],
  'openai-completions': [
    [{ text: 'a' }, 'stop'],
    [call, 'tool_calls'],
    [{ text: 'a', stop: 'length' }, 'length'],
    [{ stop: 'filtered' }, 'content_filter'],
  ],
  anthropic: [
    [{ text: 'a' }, 'end_turn'],
    [call, 'tool_use'],
    [{ text: 'a', stop: 'length' }, 'max_tokens'],
    [{ stop: 'filtered' }, 'refusal'],
    [{ stopAs: 'pause_turn' }, 'pause_turn'],
  ],
  google: [
    [{ text: 'a' }, 'STOP'],
    [call, 'STOP'],
    [{ text: 'a', stop: 'length' }, 'MAX_TOKENS'],
    [{ stop: 'filtered' }, 'SAFETY'],
    [{ stopAs: 'RECITATION' }, 'RECITATION'],
  ],
}

describe('orders over HTTP', () => {
  it('are obeyed, and what came is told', async () => {
    expect((await http('/_script/anthropic', [{ text: 'by hand' }])).status).toBe(200)
    expect((await ask('anthropic')).text).toBe('by hand')
    const { records, timeOrigin } = (await (await http('/_requests/anthropic')).json()) as {
      records: { path: string; arrivedAt: number; arrivedEpoch: number }[]
      timeOrigin: number
    }
    expect(records.map(one => one.path)).toEqual(['/anthropic/v1/messages'])
    expect(records[0]?.arrivedEpoch).toBeCloseTo(timeOrigin + (records[0]?.arrivedAt ?? 0), 0)
    await http('/_reset', {})
    expect(fake.requests('anthropic')).toEqual([])
  })

  it('that are wrong say what is wrong', async () => {
    const wrong = await http('/_script/anthropic', [{ fault: 'overlaoded' }])
    expect(wrong.status).toBe(400)
    expect(await wrong.text()).toContain('[0].fault')
    expect((await http('/_script/mistral', [])).status).toBe(404)
    expect((await http('/_skript/openai', [])).status).toBe(400)
  })

  it('are told at the root', async () => {
    expect(await (await http('/')).text()).toContain('POST /_script/<instance>')
  })
})

it('the settings that a person is shown are settings', () => {
  const platforms = settingsFor(fake, '/srv/credentials.json')
  const document = { platforms, customers: [anyCustomer('Acme')] }
  const { project, errors } = interpretProject('f.json', JSON.stringify(document))
  expect(errors).toEqual([])
  const written = project?.platforms.filter(one => one.written).map(one => one.name)
  expect(written).toEqual(Object.keys(platforms))
})
