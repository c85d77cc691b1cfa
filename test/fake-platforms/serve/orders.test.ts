import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { interpretProject } from '../../../src/config/load.ts'
import { anyCustomer } from '../../helpers/projects.ts'
import { settingsFor } from '../announce.ts'
import { type Answer, CLIENTS } from '../clients.ts'
import { type FakePlatforms, startFakePlatforms } from '../start.ts'

let fake: FakePlatforms
beforeAll(async () => {
  fake = await startFakePlatforms()
})
beforeEach(() => fake.reset())
afterAll(() => fake.close())

async function ask(instance: string, client = instance) {
  const answer: Answer = { text: '', thought: '', calls: [], end: undefined }
  await CLIENTS[client]?.ask(fake.url(instance), answer, new AbortController().signal)
  return answer
}

async function http(path: string, body?: unknown) {
  const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }
  return fetch(`http://127.0.0.1:${fake.port}${path}`, init)
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
    expect((await http('/anthropic/v1/models')).status).toBe(401)
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

  it('can admit a body of another program that is not checked', async () => {
    const tools = [
      { type: 'namespace', name: 'wiki', description: 'x', tools: [{ type: 'function', name: 'find' }] },
    ]
    const body = { model: 'm', input: 'hello', stream: true, client_metadata: {}, tools }
    const init = { method: 'POST', headers: { authorization: 'Bearer k' }, body: JSON.stringify(body) }
    const send = () => fetch(`${fake.url('openai')}/responses`, init)
    fake.script('openai', [{ calls: [{ name: 'find' }] }])
    expect((await send()).status).toBe(400)
    fake.rules('openai', { unchecked: true })
    // A tool inside of a namespace is called with its name.
    expect(await (await send()).text()).toContain('"name":"find","namespace":"wiki"')
  })
})

describe('orders over HTTP', () => {
  it('are obeyed, and the response was told', async () => {
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
