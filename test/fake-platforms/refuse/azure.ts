import type { Refusal } from '../turn.ts'
import { openai } from './openai.ts'
import { type Detail, type Refuse, type Refused, retryHeaders } from './refused.ts'

/** Azure's gateway has words of its own; what the model's server says is OpenAI's. */
export const azure: Refuse = {
  refusal: (kind, detail) => {
    const own = OWN[kind]?.(detail)
    if (!own) return openai.refusal(kind, detail)
    const error = { ...own.error, ...(detail.message && { message: detail.message }) }
    const headers = kind.startsWith('rate-limit') ? retryHeaders(kind, detail.retryAfter) : {}
    return { status: own.status, headers, body: { error } } satisfies Refused
  },
  violation: openai.violation,
}

interface Own {
  status: number
  error: { code: string; message: string; [more: string]: unknown }
}

const limited = ({ retryAfter }: Detail): Own => ({
  status: 429,
  error: {
    code: '429',
    message: `Requests to the ChatCompletions_Create Operation under Azure OpenAI API version have exceeded token rate limit of your current OpenAI S0 pricing tier. Please retry after ${Math.ceil(retryAfter)} seconds.`,
  },
})

const OWN: Partial<Record<Refusal, (detail: Detail) => Own>> = {
  'rate-limit': limited,
  'rate-limit-date': limited,
  'rate-limit-ms': limited,
  'rate-limit-reset': limited,
  auth: () => ({
    status: 401,
    error: {
      code: '401',
      message:
        'Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key for an active subscription and use a correct regional API endpoint for your resource.',
    },
  }),
  forbidden: () => ({
    status: 403,
    error: { code: 'AccessDenied', message: 'Access denied due to Virtual Network/Firewall rules.' },
  }),
  'not-found': () => ({
    status: 404,
    error: {
      code: 'DeploymentNotFound',
      message:
        'The API deployment for this resource does not exist. If you created the deployment within the last 5 minutes, please wait a moment and try again.',
    },
  }),
  'server-error': () => ({
    status: 500,
    error: { code: 'InternalServerError', message: 'Backend returned unexpected response.' },
  }),
  overloaded: () => ({
    status: 503,
    error: {
      code: 'ServiceUnavailable',
      message: 'The service is temporarily unable to process your request.',
    },
  }),
  'content-filter': () => ({
    status: 400,
    error: {
      message:
        "The response was filtered due to the prompt triggering Azure OpenAI's content management policy. Please modify your prompt and retry. To learn more about our content filtering policies please read our documentation: https://go.microsoft.com/fwlink/?linkid=2198766",
      type: null,
      param: 'prompt',
      code: 'content_filter',
      status: 400,
      innererror: {
        code: 'ResponsibleAIPolicyViolation',
        content_filter_result: {
          hate: { filtered: false, severity: 'safe' },
          jailbreak: { filtered: true, detected: true },
          self_harm: { filtered: false, severity: 'safe' },
          sexual: { filtered: false, severity: 'safe' },
          violence: { filtered: false, severity: 'safe' },
        },
      },
    },
  }),
}
