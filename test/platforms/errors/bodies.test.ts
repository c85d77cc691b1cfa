import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { policyOf } from '../../../src/coordinator/route/policy.ts'
import { openAnthropic } from '../../../src/platforms/anthropic/open.ts'
import { openGoogle } from '../../../src/platforms/google/open.ts'
import { openOpenAi } from '../../../src/platforms/openai/open.ts'
import type { PlatformFaultKind, VendorPlatform } from '../../../src/platforms/platform.ts'
import { all } from '../vendors.ts'
import { COMPATIBLE, type ErrorBody, OF_ANTHROPIC, OF_GOOGLE } from './bodies.ts'

let answer: Pick<ErrorBody, 'status' | 'body'> = { status: 200, body: '' }
const server = createServer((req, res) => {
  req.resume()
  const { status, body } = answer
  const isText = typeof body === 'string'
  const type = isText ? 'text/plain' : 'application/json'
  req.on('end', () =>
    res.writeHead(status, { 'content-type': type }).end(isText ? body : JSON.stringify(body)),
  )
})
let baseUrl = ''
beforeAll(async () => {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`
})
afterAll(() => void server.close())

const common = () => ({ name: 'p', apiKey: 'k', baseUrl, model: 'm' })

/** Where a turn continues after a fault of this kind. */
const GOES: Partial<Record<PlatformFaultKind, string>> = {
  bad_request: 'none',
  content_filter: 'configured',
  context_overflow: 'larger',
  rejected: 'once',
}

async function expectKind(platform: VendorPlatform, { status, body, kind: meant }: ErrorBody) {
  answer = { status, body }
  const kind = meant === 'wrong path' ? 'not_found' : meant
  const { fault } = await all(platform)
  expect([fault?.kind, policyOf(kind).next]).toEqual([kind, GOES[kind] ?? 'any'])
  expect(/^no API at http/.test(fault?.message ?? '')).toBe(meant === 'wrong path')
  return fault?.message ?? ''
}

describe('an error of a server that speaks OpenAI’s dialect', () => {
  it.each(COMPATIBLE)('of $server ($from) is $kind', async error => {
    const words = await expectKind(openOpenAi({ ...common(), dialect: 'completions' }), error)
    expect(words).toMatch(/^[^\n]{12,240}$/)
    if (error.kind === 'wrong path') expect(words).toContain(`no API at ${baseUrl}/chat/completions (404`)
  })

  it('is reported of at least twelve servers, in at least sixty bodies', () => {
    const rows = [...COMPATIBLE, ...OF_ANTHROPIC, ...OF_GOOGLE]
    expect(new Set(rows.map(row => row.server)).size).toBeGreaterThanOrEqual(12)
    expect(rows.length).toBeGreaterThanOrEqual(60)
  })
})

it.each(OF_ANTHROPIC)('an error of Anthropic ($from) is $kind', async error => {
  await expectKind(openAnthropic(common()), error)
})

it.each(OF_GOOGLE)('an error of Gemini ($from) is $kind', async error => {
  await expectKind(openGoogle({ ...common(), vertex: undefined }), error)
})
