import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type FakePlatforms, startFakePlatforms } from '../fake-platforms/start.ts'
import { ALL, AZURE_COMPLETIONS, all, credentialsFile, openVertex } from './vendors.ts'

let answer = { type: 'text/event-stream', body: '' }
const server = createServer((req, res) => {
  req.resume()
  req.on('end', () => res.writeHead(200, { 'content-type': answer.type }).end(answer.body))
})
let fake: FakePlatforms
let url = ''
beforeAll(async () => {
  fake = await startFakePlatforms()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(async () => {
  server.close()
  await fake.close()
})

/** What a vendor's platform makes of a literal response. */
async function made({ instance, open }: (typeof ALL)[number], body: string, type = 'text/event-stream') {
  answer = { type, body }
  const odd = { ...fake, url: () => url }
  return all(instance === 'vertex' ? openVertex(odd, credentialsFile(fake)) : open(odd))
}

const data = (...chunks: unknown[]) => chunks.map(chunk => `data: ${JSON.stringify(chunk)}\n\n`).join('')
const saying = (content: unknown) => ({ choices: [{ index: 0, delta: { content }, finish_reason: null }] })
const STOP = { choices: [{ index: 0, delta: null, finish_reason: 'stop' }] }

describe('chat completions', () => {
  it.each([
    [[null], 'malformed stream: a chunk is not an object'],
    [[5], 'malformed stream: a chunk is not an object'],
    [[saying({ a: 1 })], 'malformed stream: content is not text'],
    [[saying(12_345)], 'malformed stream: content is not text'],
    [[{ choices: { a: 1 } }], 'malformed stream: unexpected shape'],
    [[{ choices: [{ delta: { tool_calls: [null] } }] }], 'malformed stream: unexpected shape'],
  ])('with %j are a malformed answer', async (chunks, words) => {
    const { fault, text } = await made(AZURE_COMPLETIONS, data(...chunks, STOP))
    expect([fault?.kind, fault?.message, text]).toEqual(['server', words, ''])
  })

  // As OpenRouter writes it: https://github.com/Gitlawb/openclaude/issues/936
  it('may name the reset of a rate limit in the body of the error', async () => {
    const headers = {
      'X-RateLimit-Limit': '20',
      'X-RateLimit-Remaining': '0',
      'X-RateLimit-Reset': '1741305600000',
    }
    const error = { message: 'Rate limit exceeded: free-models-per-min', code: 429, metadata: { headers } }
    for (const [body, type] of [
      [data({ error }), 'text/event-stream'],
      [JSON.stringify({ error }), 'application/json'],
    ] as const) {
      const { fault } = await made(AZURE_COMPLETIONS, body, type)
      expect([fault?.kind, fault?.retry]).toEqual(['rate_limit', { at: 1_741_305_600_000 }])
    }
  })

  it('may have chunks without choices, and text in parts', async () => {
    const parts = [
      { type: 'thinking', thinking: [] },
      { type: 'text', text: 'alerts' },
    ]
    const usage = { prompt_tokens: 9, completion_tokens: 5 }
    const { fault, text, finish } = await made(
      AZURE_COMPLETIONS,
      data([], { choices: null }, saying('three '), saying(parts), STOP, { usage }),
    )
    expect(fault).toBeUndefined()
    expect(text).toBe('three alerts')
    expect(finish?.usage).toMatchObject({ inputTokens: 9, outputTokens: 5 })
  })
})

const JSON_ANSWER = '{"choices":[{"message":{"content":"hi"},"finish_reason":"stop"}]}'

describe.each(ALL)('$instance', vendor => {
  it('reports that an answer without any event is not an event stream', async () => {
    const { fault } = await made(vendor, ': keep-alive\n\n')
    expect([fault?.kind, fault?.message]).toEqual([
      'server',
      'the response was not an event stream, or was empty: check base_url or endpoint',
    ])
  })

  it('shows the words of an error that comes as JSON with HTTP 200', async () => {
    const error = { error: { message: 'No endpoints found that support tool use', code: 404 } }
    for (const type of ['application/json', 'text/plain', 'text/event-stream']) {
      const { fault } = await made(vendor, JSON.stringify(error), type)
      expect(fault?.kind).toBe('unsupported')
      // Google's SDK reads such a body itself, with the code.
      expect(fault?.message).toMatch(/^(404 )?No endpoints found that support tool use$/)
    }
  })

  it('accepts an event stream of another content type', async () => {
    const { fault } = await made(vendor, ': keep-alive\n\n', 'text/plain')
    expect(fault?.message).toBe(
      'the response was not an event stream, or was empty: check base_url or endpoint',
    )
  })

  it('does not accept JSON in place of an event stream', async () => {
    const { fault, text, finish } = await made(vendor, JSON_ANSWER, 'application/json')
    expect(['server', 'truncated']).toContain(fault?.kind)
    expect([text, finish]).toEqual(['', undefined])
  })
})
