import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { until } from '../helpers/until.ts'
import { type Answer, CLIENTS } from './clients.ts'
import { FAULTS } from './faults.ts'
import type { Vendor } from './instance.ts'
import { type FakePlatforms, startFakePlatforms } from './start.ts'

let fake: FakePlatforms
beforeAll(async () => {
  fake = await startFakePlatforms()
})
beforeEach(() => fake.reset())
afterAll(() => fake.close())

interface Seen extends Answer {
  error: (Error & { status?: number; headers?: Headers }) | undefined
}

async function ask(instance: string, signal = new AbortController().signal): Promise<Seen> {
  const seen: Seen = { text: '', thought: '', calls: [], end: undefined, error: undefined }
  try {
    await CLIENTS[instance]?.ask(fake.url(instance), seen, signal)
  } catch (error) {
    seen.error = error as Error
  }
  return seen
}

describe.each(Object.keys(CLIENTS))('at %s', instance => {
  const vendor = instance.split('-')[0] as Vendor
  const last = () => fake.requests(instance).at(-1)

  it.each(FAULTS.filter(fault => !fault.hangs))(
    "the vendor's own SDK sees a $name for no success",
    async ({ turn, midway, kind }) => {
      fake.script(instance, [turn])
      const { error, end, text } = await ask(instance)
      expect(end).toBeUndefined()
      if (kind !== 'truncated') expect(error).toBeDefined()
      expect(text !== '').toBe(midway === true)
      expect(fake.requests(instance)).toHaveLength(1)
      expect(last()?.faultAt).toBeGreaterThan(last()?.arrivedAt ?? 0)
      expect(last()?.violation).toBeUndefined()
      expect(last()?.closedByClientAt).toBeUndefined()
    },
  )

  it.each(FAULTS.filter(fault => fault.hangs))('a $name lasts until the client leaves', async ({ turn }) => {
    fake.script(instance, [turn])
    const abort = new AbortController()
    const seen = ask(instance, abort.signal)
    await until('the fault', () => last()?.faultAt)
    expect(last()?.closedByClientAt).toBeUndefined()
    abort.abort()
    const { end } = await seen
    expect(end).toBeUndefined()
    await until('the closing', () => last()?.closedByClientAt)
  })

  it('a call that came whole before an error is known to have come', async () => {
    fake.script(instance, [{ fault: 'error-late', calls: [{ name: 'find', args: { id: 'a' } }] }])
    const { calls, error } = await ask(instance)
    expect(calls).toEqual([{ name: 'find', args: '{"id":"a"}' }])
    expect(error).toBeDefined()
  })

  it('no call is whole where the stream is cut in its arguments', async () => {
    fake.script(instance, [{ fault: 'cut-in-call', calls: [{ name: 'find', args: { id: 'delete-me' } }] }])
    const { calls, end } = await ask(instance)
    expect(end).toBeUndefined()
    expect(calls.filter(({ args }) => args.includes('delete-me'))).toEqual([])
  })

  it('the list of models fails on order, and takes no turn of the script', async () => {
    fake.listing(instance, [{ fault: 'overloaded' }, {}])
    const list = async () => CLIENTS[instance]?.list(fake.url(instance))
    await expect(list()).rejects.toMatchObject({ status: vendor === 'anthropic' ? 529 : 503 })
    expect(await list()).toHaveLength(2)
    fake.script(instance, [{ text: 'first' }])
    expect((await ask(instance)).text).toBe('first')
  })
})

const STATUS: [string, Partial<Record<string, number>>][] = [
  ['rate-limit', { openai: 429, azure: 429, anthropic: 429, google: 429, vertex: 429 }],
  ['quota', { openai: 429, azure: 429, anthropic: 400, google: 429, vertex: 429 }],
  ['overloaded', { openai: 503, azure: 503, anthropic: 529, google: 503, vertex: 503 }],
  ['auth', { openai: 401, azure: 401, anthropic: 401, google: 400, vertex: 401 }],
  ['not-found', { openai: 404, azure: 404, anthropic: 404, google: 404, vertex: 404 }],
  ['bad-gateway', { openai: 502, azure: 502, anthropic: 502, google: 502, vertex: 502 }],
  ['context-overflow', { openai: 400, azure: 400, anthropic: 400, google: 400, vertex: 400 }],
]

it.each(STATUS)('%s has the status that each vendor gives it', async (fault, expected) => {
  const found: typeof expected = {}
  for (const instance of Object.keys(expected)) {
    fake.script(instance, [{ fault: fault as 'auth' }])
    found[instance] = (await ask(instance)).error?.status
  }
  expect(found).toEqual(expected)
})

describe('when to ask again', () => {
  it('stands in the headers in seconds, as a date, or in milliseconds', async () => {
    fake.script('anthropic', [{ fault: 'rate-limit', retryAfter: 7 }])
    expect((await ask('anthropic')).error?.headers?.get('retry-after')).toBe('7')
    fake.script('azure', [{ fault: 'rate-limit-ms', retryAfter: 1.25 }])
    expect((await ask('azure')).error?.headers?.get('retry-after-ms')).toBe('1250')
    fake.script('openai', [{ fault: 'rate-limit-date', retryAfter: 60 }])
    const before = Date.now()
    const date = Date.parse((await ask('openai')).error?.headers?.get('retry-after') ?? '')
    // HTTP dates have no fractions of a second.
    expect(date).toBeGreaterThan(before + 59_000)
    expect(date).toBeLessThanOrEqual(Date.now() + 60_000)
  })

  it('stands in the body at Google', async () => {
    fake.script('google', [{ fault: 'rate-limit', retryAfter: 13.5 }])
    const { error } = await ask('google')
    expect(error?.message).toContain('"retryDelay":"13.5s"')
    expect(error?.message).toContain('PerMinute')
    fake.script('google', [{ fault: 'quota' }])
    expect((await ask('google')).error?.message).toContain('PerDay')
  })
})
