import OpenAI from 'openai'
import { type ModelEvent, type Platform, PlatformFault } from '../platform.ts'
import { PATIENCE, type Patience, watched } from '../watch.ts'
import { completions } from './completions.ts'
import { faultOf } from './fault.ts'
import { responses } from './responses.ts'

const OPENAI_URL = 'https://api.openai.com/v1'
const DEFAULT_MODEL = 'gpt-5.4-mini'
const LONGEST_TURN_MS = 600_000

export interface OpenAiOptions {
  name: string
  apiKey: string | undefined
  /** undefined = OpenAI itself. */
  baseUrl: string | undefined
  model: string | undefined
  patience?: Patience
  /** `responses` for OpenAI itself, else chat completions. */
  dialect?: 'responses' | 'completions'
}

/** OpenAI by its Responses API, or any server of its dialect by chat completions. Nothing is retried here. */
export function openOpenAi(options: OpenAiOptions): Platform {
  const { name, baseUrl, model = DEFAULT_MODEL, patience = PATIENCE } = options
  const client = new OpenAI({
    apiKey: options.apiKey ?? 'none',
    baseURL: baseUrl ?? OPENAI_URL,
    // What is left out here would be taken from the environment, whoever's it is.
    adminAPIKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    maxRetries: 0,
    timeout: LONGEST_TURN_MS,
    logLevel: 'off',
  })
  const isOwn = baseUrl === undefined || new URL(baseUrl).hostname === new URL(OPENAI_URL).hostname
  const dialect =
    (options.dialect ?? (isOwn ? 'responses' : 'completions')) === 'responses' ? responses : completions

  async function* stream(
    request: Parameters<Platform['stream']>[0],
    signal: AbortSignal,
  ): AsyncGenerator<ModelEvent> {
    const own = new AbortController()
    const abort = () => own.abort()
    if (signal.aborted) abort()
    signal.addEventListener('abort', abort, { once: true })
    const late = (milliseconds: number) =>
      new PlatformFault(name, 'timeout', `nothing came for ${Math.round(milliseconds / 1000)} s`)
    try {
      const events = dialect({ client, platform: name, model, request, signal: own.signal })
      for await (const event of watched(events, patience, late)) {
        yield event
        if (event.type === 'finish') return
      }
    } catch (error) {
      throw signal.aborted ? new PlatformFault(name, 'aborted', 'cancelled', error) : faultOf(name, error)
    } finally {
      signal.removeEventListener('abort', abort)
      own.abort()
    }
    // An abort ends the SDK's loop like a success, and so does a connection that closes in mid-answer.
    if (signal.aborted) throw new PlatformFault(name, 'aborted', 'cancelled')
    throw new PlatformFault(name, 'truncated', 'the answer broke off before its end')
  }

  return { name, model, stream }
}
