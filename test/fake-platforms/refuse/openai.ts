import type { Refusal } from '../turn.ts'
import { BAD_GATEWAY, type Detail, type Refuse, type Refused, retryHeaders } from './refused.ts'

/** https://platform.openai.com/docs/guides/error-codes */
export const openai: Refuse = {
  refusal: (kind, detail) => {
    if (kind === 'bad-gateway') return BAD_GATEWAY
    const [status, type, code, message, param] = WORDS[kind](detail)
    const error = { message: detail.message ?? message, type, param: param ?? null, code }
    const limited = kind.startsWith('rate-limit')
    return {
      status,
      headers: limited ? retryHeaders(kind, detail.retryAfter) : {},
      body: { error },
    }
  },
  violation: ({ message, param, code, status }): Refused => ({
    status: status ?? 400,
    body: { error: { message, type: 'invalid_request_error', param: param ?? null, code: code ?? null } },
  }),
}

type Words = [status: number, type: string, code: string | null, message: string, param?: string | undefined]

const limited = ({ model, retryAfter }: Detail): Words => [
  429,
  'requests',
  'rate_limit_exceeded',
  `Rate limit reached for ${model} in organization org-fake on requests per min (RPM): Limit 3, Used 3, Requested 1. Please try again in ${retryAfter}s.`,
]

const invalid = (message: string, param?: string, code: string | null = null): Words => [
  400,
  'invalid_request_error',
  code,
  message,
  param,
]

/** The Responses API and chat completions name the place of a tool's schema differently. */
export function toolParam({ index, path }: Detail): string {
  return path.endsWith('/responses') ? `tools[${index}].parameters` : `tools[${index}].function.parameters`
}

const WORDS: Record<Exclude<Refusal, 'bad-gateway'>, (detail: Detail) => Words> = {
  'rate-limit': limited,
  'rate-limit-date': limited,
  'rate-limit-ms': limited,
  'rate-limit-reset': limited,
  quota: () => [
    429,
    'insufficient_quota',
    'insufficient_quota',
    'You exceeded your current quota, please check your plan and billing details.',
  ],
  overloaded: () => [
    503,
    'server_error',
    null,
    'The engine is currently overloaded, please try again later.',
  ],
  'server-error': () => [500, 'server_error', null, 'The server had an error while processing your request.'],
  auth: () => [
    401,
    'invalid_request_error',
    'invalid_api_key',
    'Incorrect API key provided: sk-****fake. You can find your API key at https://platform.openai.com/account/api-keys.',
  ],
  forbidden: () => [
    403,
    'invalid_request_error',
    'unsupported_country_region_territory',
    'Country, region, or territory not supported',
  ],
  'not-found': ({ model }) => [
    404,
    'invalid_request_error',
    'model_not_found',
    `The model \`${model}\` does not exist or you do not have access to it.`,
  ],
  'bad-request': () => invalid('No tool output found for function call call_1.', 'input'),
  unsupported: () =>
    invalid(
      "Unsupported parameter: 'temperature' is not supported with this model.",
      'temperature',
      'unsupported_parameter',
    ),
  rejected: () => invalid('Could not finish the request.'),
  'bad-tool-named': detail =>
    invalid(
      `Invalid schema for function '${detail.tool}': In context=('properties', 'x'), array schema missing items.`,
      toolParam(detail),
      'invalid_function_parameters',
    ),
  'bad-tool-indexed': detail =>
    invalid(
      `Invalid type for '${toolParam(detail)}': expected an object, but got an array instead.`,
      toolParam(detail),
      'invalid_type',
    ),
  'bad-tool-unnamed': () =>
    invalid('Invalid schema for function: the parameters of a tool could not be compiled.', 'tools'),
  'too-many-tools': ({ offered, most }) =>
    invalid(
      `Invalid 'tools': array too long. Expected an array with maximum length ${most}, but got an array with length ${offered} instead.`,
      'tools',
      'array_above_max_length',
    ),
  'context-overflow': ({ path }) =>
    path.endsWith('/responses')
      ? invalid(
          'Your input exceeds the context window of this model. Please adjust your input and try again.',
          'input',
          'context_length_exceeded',
        )
      : invalid(
          "This model's maximum context length is 128000 tokens. However, your messages resulted in 204308 tokens. Please reduce the length of the messages.",
          'messages',
          'context_length_exceeded',
        ),
  'content-filter': () =>
    invalid(
      'Invalid prompt: your prompt was flagged as potentially violating our usage policy.',
      undefined,
      'invalid_prompt',
    ),
}
