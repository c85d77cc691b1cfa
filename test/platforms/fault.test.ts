import { APIError as AnthropicError } from '@anthropic-ai/sdk'
import { ApiError as GoogleError } from '@google/genai'
import { APIError as OpenAiError } from 'openai'
import { describe, expect, it } from 'vitest'
import { hideSecret } from '../../src/base/redact.ts'
import { faultOf as anthropicFault } from '../../src/platforms/anthropic/fault.ts'
import { faultIn } from '../../src/platforms/faults/fault.ts'
import { faultOf as googleFault } from '../../src/platforms/google/fault.ts'
import { faultOf as openAiFault } from '../../src/platforms/openai/fault.ts'

const none = new Headers()
const openAi = (status: number, error: object) =>
  openAiFault('p', OpenAiError.generate(status, { error }, undefined, none))
const anthropic = (status: number | undefined, type: string, message: string, code?: string) => {
  const body = { type: 'error', error: { type, message, ...(code && { details: { error_code: code } }) } }
  const error = status
    ? AnthropicError.generate(status, body, undefined, none)
    : new AnthropicError(undefined, body, undefined, none)
  return anthropicFault('p', error)
}
const google = (status: number, error: object) =>
  googleFault({ platform: 'p' }, new GoogleError({ status, message: JSON.stringify({ error }) }))

describe('an error of OpenAI or a compatible server', () => {
  it.each([
    [429, { code: 'insufficient_quota', message: 'x' }, 'quota'],
    [429, { code: 'billing_hard_limit_reached', message: 'x' }, 'quota'],
    [429, { code: null, type: 'insufficient_quota', message: 'x' }, 'quota'],
    [402, { message: 'Insufficient Balance' }, 'quota'],
    [404, { code: 'model_not_found', message: 'x' }, 'not_found'],
    [400, { code: 400, message: "This model's maximum context length is 8192 tokens." }, 'context_overflow'],
    [400, { code: 'context_length_exceeded', message: 'x' }, 'context_overflow'],
    [400, { code: 'content_filter', message: 'x' }, 'content_filter'],
    [413, { message: 'x' }, 'context_overflow'],
    [408, { message: 'x' }, 'timeout'],
    [422, { message: 'x' }, 'rejected'],
    [503, { code: 'server_is_overloaded', message: 'x' }, 'overloaded'],
  ])('%i %j is %s', (status, error, kind) => {
    expect(openAi(status, error).kind).toBe(kind)
  })
})

describe('an error of Anthropic', () => {
  it.each([
    [402, 'billing_error', 'x', undefined, 'quota'],
    [413, 'request_too_large', 'x', undefined, 'context_overflow'],
    [504, 'timeout_error', 'x', undefined, 'timeout'],
    [429, 'rate_limit_error', 'x', undefined, 'rate_limit'],
    [429, 'rate_limit_error', 'x', 'enforced_spend_limit_reached', 'quota'],
    [400, 'invalid_request_error', 'You have reached your specified API usage limits.', undefined, 'quota'],
    [400, 'invalid_request_error', 'prompt is too long: 9 tokens > 8 maximum', undefined, 'context_overflow'],
    [400, 'invalid_request_error', 'Output blocked by content filtering policy', undefined, 'content_filter'],
    [400, 'invalid_request_error', 'max_tokens: 9 > 8', undefined, 'unsupported'],
    [undefined, 'rate_limit_error', 'x', undefined, 'rate_limit'],
    [undefined, 'overloaded_error', 'x', undefined, 'overloaded'],
    [undefined, 'something_new', 'x', undefined, 'server'],
    [418, 'something_new', 'x', undefined, 'rejected'],
  ])('%s %s "%s" (%s) is %s', (status, type, message, code, kind) => {
    expect(anthropic(status, type, message, code).kind).toBe(kind)
  })
})

describe('an error of Google', () => {
  const quota = (quotaId: string) => ({ details: [{ violations: [{ quotaId }] }] })
  it.each([
    [400, { status: 'INVALID_ARGUMENT', details: [{ reason: 'API_KEY_INVALID' }] }, 'auth'],
    [403, { status: 'PERMISSION_DENIED' }, 'auth'],
    [403, { status: 'PERMISSION_DENIED', details: [{ reason: 'BILLING_DISABLED' }] }, 'quota'],
    [400, { status: 'FAILED_PRECONDITION', message: 'User location is not supported.' }, 'auth'],
    [400, { status: 'FAILED_PRECONDITION', message: 'Please enable billing.' }, 'quota'],
    [429, quota('GenerateRequestsPerDayPerProjectPerModel-FreeTier'), 'quota'],
    [429, quota('GenerateRequestsPerMinutePerProjectPerModel'), 'rate_limit'],
    [429, { message: 'Your prepayment credits are depleted.' }, 'quota'],
    [429, { message: 'Resource exhausted. Please try again later.' }, 'rate_limit'],
    [400, { message: 'The input token count (9) exceeds the maximum number of tokens.' }, 'context_overflow'],
    [400, { status: 'INVALID_ARGUMENT', message: 'x' }, 'rejected'],
    [504, { status: 'DEADLINE_EXCEEDED' }, 'timeout'],
    [499, { status: 'CANCELLED' }, 'server'],
  ])('%i %j is %s', (status, error, kind) => {
    expect(google(status, error).kind).toBe(kind)
  })

  it('is found in a list, and after a text of the SDK', () => {
    const error = { status: 'RESOURCE_EXHAUSTED', message: 'wait', details: [{ retryDelay: '13s' }] }
    for (const message of [JSON.stringify([{ error }]), `got status: X. ${JSON.stringify({ error })}`])
      expect(googleFault({ platform: 'p' }, new GoogleError({ status: 429, message }))).toMatchObject({
        kind: 'rate_limit',
        message: '429 wait',
        retry: { afterMs: 13_000 },
      })
  })
})

it('a secret is hidden even if the line is cut in the middle of it', () => {
  hideSecret('sk-very-secret-0123456789')
  const words = `${'x'.repeat(225)} sk-very-secret-0123456789`
  for (const fault of [
    openAi(400, { message: words }),
    anthropic(400, 'api_error', words),
    google(400, { message: words }),
  ]) {
    expect(fault.message).not.toContain('sk-very')
    expect(fault.message.length).toBeLessThanOrEqual(240)
  }
})

it('reduces an HTML page to its title, and says its status once', () => {
  const page = '<html>\r\n<head><title>502 Bad Gateway</title></head><body>nginx</body></html>'
  expect(faultIn('p', 'server', `502 ${page}`).message).toBe('502 Bad Gateway')
  expect(faultIn('p', 'server', `504 ${page}`).message).toBe('504 502 Bad Gateway')
})
