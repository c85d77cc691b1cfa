import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Message, ModelCall } from '../../src/platforms/platform.ts'
import { type FakePlatforms, startFakePlatforms } from '../fake-platforms/start.ts'
import { newFolder } from '../helpers/folder.ts'
import { until } from '../helpers/until.ts'
import { all, asking, credentialsFile, GOOGLE, openVertex, VERTEX } from './vendors.ts'

let fake: FakePlatforms
beforeAll(async () => {
  fake = await startFakePlatforms()
})
afterAll(() => fake.close())
afterEach(() => {
  expect(fake.violations()).toEqual([])
  fake.reset()
  vi.unstubAllEnvs()
})

interface Part {
  text?: string
  thoughtSignature?: string
  functionCall?: { id?: string; name: string }
  functionResponse?: { id?: string; name: string; response: unknown }
}
interface Body {
  contents: { role: string; parts: Part[] }[]
  [more: string]: unknown
}
const bodies = (instance = 'google') =>
  fake.requests(instance).map(request => request.body as unknown as Body)
const call = (id: string, name = 'am__get_status'): ModelCall => ({ id, name, args: {}, rawArgs: '{}' })
const result = (callId: string, isError = false): Message => ({
  role: 'tool',
  callId,
  name: 'am__get_status',
  text: 'well',
  isError,
})
const foreign = asking(
  { role: 'assistant', text: 'so', calls: [call('x'), call('y')] },
  result('x'),
  result('y', true),
)

describe.each([GOOGLE, VERTEX])('the Google adapter by $instance', ({ instance, open }) => {
  it('sends schemas as JSON Schema, and disables the SDK’s automatic functions', async () => {
    await all(open(fake), { ...asking(), toolChoice: 'none' })
    expect(bodies(instance)[0]).toMatchObject({
      systemInstruction: { parts: [{ text: 'be brief' }] },
      tools: [
        { functionDeclarations: [{ name: 'am__list_alerts', parametersJsonSchema: { type: 'object' } }, {}] },
      ],
      toolConfig: { functionCallingConfig: { mode: 'NONE' } },
    })
  })

  it('returns signed parts unchanged, and a result without an id if its call had none', async () => {
    fake.script(instance, [
      { text: 'Looking.', calls: [{ name: 'am__get_status' }, { name: 'am__get_status', id: 'fc-2' }] },
      { text: 'done' },
    ])
    const platform = open(fake)
    const { text, calls, finish } = await all(platform)
    const results = calls.map(({ id }) => result(id))
    await all(platform, asking({ role: 'assistant', text, calls, carry: finish?.carry }, ...results))
    const [first] = (finish?.carry?.items ?? []).filter(item => (item as Part).functionCall) as Part[]
    const [, said, answered] = bodies(instance)[1]?.contents ?? []
    const sent = said?.parts.filter(part => part.functionCall)
    expect(first?.thoughtSignature).toMatch(/.{20}/)
    expect(sent?.map(part => part.thoughtSignature)).toEqual([first?.thoughtSignature, undefined])
    expect(answered?.parts.map(part => part.functionResponse?.id)).toEqual([undefined, 'fc-2'])
  })

  it('returns the signature of a plain answer with its empty part', async () => {
    fake.script(instance, [{ text: 'All is well.', thinking: 'hm', chunk: 5 }, { text: 'done' }])
    const platform = open(fake)
    const { text, finish } = await all(platform)
    const turn: Message = { role: 'assistant', text, calls: [], carry: finish?.carry }
    await all(platform, asking(turn, { role: 'user', text: 'sure?' }))
    const parts = bodies(instance)[1]?.contents[1]?.parts ?? []
    expect(parts.map(part => part.text).join('')).toBe('All is well.')
    expect(parts.at(-1)).toMatchObject({ text: '', thoughtSignature: expect.stringMatching(/.{20}/) })
  })

  it("marks another model's calls as unsigned, but only the first of each step in the current turn", async () => {
    const later: Message[] = [
      { role: 'user', text: 'again' },
      { role: 'assistant', text: '', calls: [call('z'), call('w')] },
      result('z'),
      result('w'),
    ]
    await all(open(fake), { ...foreign, messages: [...foreign.messages, ...later] })
    const signatures = bodies(instance)[0]?.contents.flatMap(({ parts }) =>
      parts.filter(part => part.functionCall).map(part => part.thoughtSignature),
    )
    expect(signatures).toEqual([undefined, undefined, 'skip_thought_signature_validator', undefined])
  })

  it('sends all results of a turn in one content', async () => {
    await all(open(fake), foreign)
    expect(bodies(instance)[0]?.contents.at(-1)).toMatchObject({
      role: 'user',
      parts: [
        { functionResponse: { id: 'x', name: 'am__get_status', response: { output: 'well' } } },
        { functionResponse: { id: 'y', response: { error: 'well' } } },
      ],
    })
  })

  it('treats a malformed call of the model as a failure of the platform', async () => {
    fake.script(instance, [{ text: 'so', stop: 'malformed-call', usage: { inputTokens: 9 } }])
    const { fault } = await all(open(fake))
    expect(fault).toMatchObject({ kind: 'server', usage: { inputTokens: 9 } })
    expect(fault?.message).toContain('MALFORMED_FUNCTION_CALL')
  })

  it.each(['../x', 'a/../b', 'x?y=z', 'a&b'])(
    'rejects the model %s without sending a request',
    async model => {
      const { fault } = await all(open(fake, { model }))
      expect([fault?.kind, fault?.message]).toEqual(['not_found', 'no such model: invalid model parameter'])
      expect(fake.requests(instance)).toEqual([])
    },
  )

  it('reports a blocked question as a filtered answer', async () => {
    fake.script(instance, [{ stop: 'blocked' }])
    expect((await all(open(fake))).finish?.reason).toBe('filtered')
  })
})

it('Gemini before version 3 gets no signatures', async () => {
  await all(GOOGLE.open(fake, { model: 'gemini-2.5-flash' }), foreign)
  expect(JSON.stringify(bodies()[0])).not.toContain('thoughtSignature')
})

it('a truncated first event is a broken answer, not a problem with credentials', async () => {
  for (const { instance, open } of [GOOGLE, VERTEX]) {
    fake.script(instance, [
      { calls: [{ name: 'am__get_status', args: { state: 'a' } }], fault: 'cut-in-call' },
    ])
    expect((await all(open(fake))).fault?.kind).toBe('truncated')
  }
})

describe('the sign-in of Vertex AI', () => {
  it('fetches one token, which is sent with each request', async () => {
    const platform = VERTEX.open(fake)
    await all(platform)
    await all(platform)
    await platform.probe(new AbortController().signal)
    expect(fake.signIns('vertex')).toHaveLength(1)
    const keys = [...fake.requests('vertex'), ...fake.listings('vertex')].map(request => request.key)
    expect(keys).toEqual(['ya29.fake-1', 'ya29.fake-1', 'ya29.fake-1'])
  })

  it('is an auth fault without the rejected token if Google rejects it', async () => {
    const { fault } = await all(openVertex(fake, credentialsFile(fake, 'expired')))
    expect(fault?.kind).toBe('auth')
    expect(fault?.message).toContain("Google's sign-in answered 400: invalid_grant")
    expect(fault?.cause).toBeUndefined()
    expect(fake.requests('vertex')).toEqual([])
  })

  it('reports a missing or invalid credentials file', async () => {
    const folder = newFolder()
    const missing = join(folder, 'missing.json')
    expect((await all(openVertex(fake, missing))).fault).toMatchObject({
      kind: 'auth',
      message: expect.stringContaining(missing),
    })
    for (const content of ['type: service_account', '{}', '[]', '']) {
      const broken = join(folder, 'broken.json')
      writeFileSync(broken, content)
      expect((await all(openVertex(fake, broken))).fault).toMatchObject({
        kind: 'auth',
        message: expect.stringContaining(broken),
      })
    }
  })

  it('names the command to run if there are no credentials', async () => {
    vi.stubEnv('HOME', newFolder())
    for (const name of ['CLOUDSDK_CONFIG', 'GOOGLE_APPLICATION_CREDENTIALS']) vi.stubEnv(name, '')
    vi.stubEnv('METADATA_SERVER_DETECTION', 'none')
    const { fault } = await all(openVertex(fake, undefined))
    expect(fault?.kind).toBe('auth')
    expect(fault?.message).toContain('gcloud auth application-default login')
  })

  it('ends when the question is cancelled, even if it hangs', async () => {
    fake.rules('vertex', { signIn: 'hang' })
    const abort = new AbortController()
    const work = all(VERTEX.open(fake), asking(), abort.signal)
    await until('the sign-in', () => fake.signIns('vertex').length > 0)
    abort.abort()
    expect((await work).fault?.kind).toBe('aborted')
  })
})
