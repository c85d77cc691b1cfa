import type { Refusal } from '../turn.ts'
import { BAD_GATEWAY, type Detail, type Refuse, type Refused, retryHeaders } from './refused.ts'

/** https://docs.claude.com/en/api/errors */
export const anthropic: Refuse = {
  refusal: (kind, detail) => {
    if (kind === 'bad-gateway') return BAD_GATEWAY
    const [status, type, message] = WORDS[kind](detail)
    const headers = kind.startsWith('rate-limit') ? retryHeaders(kind, detail.retryAfter) : {}
    return refused(status, type, detail.message ?? message, headers)
  },
  violation: ({ message, param, status }) =>
    refused(status ?? 400, 'invalid_request_error', param ? `${param}: ${message}` : message),
}

function refused(status: number, type: string, message: string, headers = {}): Refused {
  const id = 'req_011Fake'
  const body = { type: 'error', error: { type, message }, request_id: id }
  return { status, headers: { 'request-id': id, ...headers }, body }
}

type Words = [status: number, type: string, message: string]

const limited = (): Words => [
  429,
  'rate_limit_error',
  "This request would exceed your organization's rate limit of 50 requests per minute. For details, refer to: https://docs.claude.com/en/api/rate-limits.",
]

const invalid = (message: string): Words => [400, 'invalid_request_error', message]

const WORDS: Record<Exclude<Refusal, 'bad-gateway'>, (detail: Detail) => Words> = {
  'rate-limit': limited,
  'rate-limit-date': limited,
  'rate-limit-ms': limited,
  'rate-limit-reset': limited,
  // Not a 429: a 400 that says so only in words.
  quota: () =>
    invalid(
      'Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade or purchase credits.',
    ),
  overloaded: () => [529, 'overloaded_error', 'Overloaded'],
  'server-error': () => [500, 'api_error', 'Internal server error'],
  auth: () => [401, 'authentication_error', 'invalid x-api-key'],
  forbidden: () => [
    403,
    'permission_error',
    'Your API key does not have permission to use the specified resource.',
  ],
  'not-found': ({ model }) => [404, 'not_found_error', `model: ${model}`],
  'bad-request': () =>
    invalid(
      'messages.1: `tool_use` ids were found without `tool_result` blocks immediately after: toolu_1. Each `tool_use` block must have a corresponding `tool_result` block in the next message.',
    ),
  unsupported: () => invalid('The long context beta is not yet available for this subscription.'),
  rejected: () => invalid('Error'),
  // This vendor names a tool's name only where the name is what is wrong.
  'bad-tool-named': ({ tool }) => invalid(`tools: Tool names must be unique: ${tool}`),
  'bad-tool-indexed': ({ index }) =>
    invalid(
      `tools.${index}.custom.input_schema: JSON schema is invalid. It must match JSON Schema draft 2020-12 (https://json-schema.org/draft/2020-12). Learn more about tool use at https://docs.claude.com/en/docs/tool-use.`,
    ),
  'bad-tool-unnamed': () =>
    invalid('The compiled grammar of the tools is too large. Simplify the tool schemas.'),
  'too-many-tools': ({ offered, most }) =>
    invalid(`tools: List should have at most ${most} items after validation, not ${offered}`),
  'context-overflow': () => invalid('prompt is too long: 204308 tokens > 200000 maximum'),
  'content-filter': () => invalid('Output blocked by content filtering policy'),
}
