import type { Refusal } from '../turn.ts'
import { BAD_GATEWAY, type Detail, type Refuse, type Refused, retryHeaders } from './refused.ts'

/**
 * https://ai.google.dev/gemini-api/docs/troubleshooting, and google.rpc.Status with its details:
 * https://cloud.google.com/apis/design/errors#error_model.
 */
export function google(of: 'gemini' | 'vertex'): Refuse {
  return {
    refusal: (kind, detail) => {
      if (kind === 'bad-gateway') return BAD_GATEWAY
      const [code, status, message, ...details] =
        (of === 'vertex' && VERTEX[kind]?.(detail)) || WORDS[kind](detail)
      const headers = kind === 'rate-limit-date' ? retryHeaders(kind, detail.retryAfter) : {}
      return refused(code, status, detail.message ?? message, details, headers)
    },
    violation: ({ message, param, status }) => {
      const broken = {
        '@type': `${TYPE}BadRequest`,
        fieldViolations: [{ field: param, description: message }],
      }
      return refused(status ?? 400, 'INVALID_ARGUMENT', message, param ? [broken] : [])
    },
  }
}

const TYPE = 'type.googleapis.com/google.rpc.'

function refused(code: number, status: string, message: string, details: object[], headers = {}): Refused {
  const error = { code, message, status, ...(details.length > 0 && { details }) }
  return { status: code, headers, body: { error } }
}

type Words = [code: number, status: string, message: string, ...details: object[]]

function quota(quotaId: string, seconds: number | undefined): Words {
  const dimensions = { location: 'global', model: 'gemini-fake' }
  const metric = 'generativelanguage.googleapis.com/generate_content_free_tier_requests'
  return [
    429,
    'RESOURCE_EXHAUSTED',
    `You exceeded your current quota, please check your plan and billing details. For more information on this error, head to: https://ai.google.dev/gemini-api/docs/rate-limits.\n* Quota exceeded for metric: ${metric}, limit: 20`,
    {
      '@type': `${TYPE}Help`,
      links: [
        {
          description: 'Learn more about Gemini API quotas',
          url: 'https://ai.google.dev/gemini-api/docs/rate-limits',
        },
      ],
    },
    {
      '@type': `${TYPE}QuotaFailure`,
      violations: [{ quotaMetric: metric, quotaId, quotaDimensions: dimensions, quotaValue: '20' }],
    },
    ...(seconds === undefined ? [] : [{ '@type': `${TYPE}RetryInfo`, retryDelay: `${seconds}s` }]),
  ]
}

const minute = 'GenerateRequestsPerMinutePerProjectPerModel-FreeTier'
const limited = ({ retryAfter }: Detail): Words => quota(minute, retryAfter)
const invalid = (message: string, ...details: object[]): Words => [
  400,
  'INVALID_ARGUMENT',
  message,
  ...details,
]

const WORDS: Record<Exclude<Refusal, 'bad-gateway'>, (detail: Detail) => Words> = {
  'rate-limit': limited,
  // Only in the header, which the vendor's SDK does not hand on.
  'rate-limit-date': () => quota(minute, undefined),
  'rate-limit-ms': limited,
  'rate-limit-reset': limited,
  // A day's quota comes with a RetryInfo of seconds, too.
  quota: ({ retryAfter }) => quota('GenerateRequestsPerDayPerProjectPerModel-FreeTier', retryAfter),
  overloaded: () => [503, 'UNAVAILABLE', 'The model is overloaded. Please try again later.'],
  'server-error': () => [500, 'INTERNAL', 'An internal error has occurred. Please retry.'],
  // Not a 401.
  auth: () =>
    invalid('API key not valid. Please pass a valid API key.', {
      '@type': `${TYPE}ErrorInfo`,
      reason: 'API_KEY_INVALID',
      domain: 'googleapis.com',
      metadata: { service: 'generativelanguage.googleapis.com' },
    }),
  forbidden: () => [403, 'PERMISSION_DENIED', 'The caller does not have permission'],
  'not-found': ({ model }) => [
    404,
    'NOT_FOUND',
    `models/${model} is not found for API version v1beta, or is not supported for generateContent. Call ListModels to see the list of available models and their supported methods.`,
  ],
  'bad-request': () =>
    invalid(
      'Please ensure that function call turn comes immediately after a user turn or after a function response turn.',
    ),
  rejected: () => invalid('Request contains an invalid argument.'),
  unsupported: () =>
    invalid(
      'Unable to submit request because it has a temperature value of 9 but the supported range is from 0 (inclusive) to 2.0001 (exclusive).',
    ),
  'bad-tool-named': ({ tool }) =>
    invalid(
      `Unable to submit request because \`${tool}\` functionDeclaration \`parameters.x\` schema didn't specify the schema type field.`,
    ),
  'bad-tool-indexed': ({ index }) =>
    invalid(
      `* GenerateContentRequest.tools[0].function_declarations[${index}].parameters.properties[x].items: missing field.\n`,
    ),
  'bad-tool-unnamed': () =>
    invalid('The specified schema produces a constraint that has too many states for serving.'),
  'too-many-tools': ({ offered, most }) =>
    invalid(`At most ${most} function declarations are supported in the tools field, but got ${offered}.`),
  'context-overflow': () =>
    invalid('The input token count (1200293) exceeds the maximum number of tokens allowed (1048576).'),
  'content-filter': () => invalid('The prompt was blocked because it contains prohibited content.'),
}

const VERTEX: Partial<Record<Refusal, (detail: Detail) => Words>> = {
  'rate-limit-date': () => [
    429,
    'RESOURCE_EXHAUSTED',
    'Resource exhausted. Please try again later. Please refer to https://cloud.google.com/vertex-ai/generative-ai/docs/error-code-429 for more details.',
  ],
  auth: () => [
    401,
    'UNAUTHENTICATED',
    'Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential.',
    { '@type': `${TYPE}ErrorInfo`, reason: 'ACCESS_TOKEN_EXPIRED', domain: 'googleapis.com' },
  ],
  'not-found': ({ model }) => [
    404,
    'NOT_FOUND',
    `Publisher Model \`projects/p/locations/l/publishers/google/models/${model}\` was not found or your project does not have access to it.`,
  ],
}
