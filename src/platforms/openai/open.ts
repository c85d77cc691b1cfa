import OpenAI from 'openai'
import { TIMEOUTS } from '../../base/timeouts.ts'
import type { OutputSettings } from '../../config/project.ts'
import { ownerOf } from '../account.ts'
import { type Adapter, namesInBody, probed, streamOf } from '../adapter.ts'
import { dropCustomHeaders } from '../custom-headers.ts'
import { DIRECT, platformFetch, type Way } from '../direct-fetch.ts'
import type { ModelNames, VendorPlatform } from '../platform.ts'
import { PLATFORM_TIMEOUTS, type PlatformTimeouts } from '../timed.ts'
import { completions } from './completions.ts'
import { withErrorBodies } from './error-bodies.ts'
import { faultOf } from './fault.ts'
import { responses } from './responses.ts'

const OPENAI_URL = 'https://api.openai.com/v1'

export interface OpenAiOptions {
  name: string
  apiKey: string | undefined
  /** undefined = OpenAI itself. */
  baseUrl: string | undefined
  model: string
  timeouts?: PlatformTimeouts | undefined
  /** Default: directly. */
  way?: Way | undefined
  output?: OutputSettings | undefined
  /** Default: `responses` for OpenAI itself, chat completions elsewhere. */
  dialect?: 'responses' | 'completions' | undefined
}

/** OpenAI through its Responses API, or a compatible server through chat completions. Never retries. */
export function openOpenAi(options: OpenAiOptions): VendorPlatform {
  const client = new OpenAI({
    ...FIXED_OPTIONS,
    fetch: withErrorBodies(platformFetch(options.name, options.way ?? DIRECT)),
    apiKey: options.apiKey || 'none',
    baseURL: options.baseUrl ?? OPENAI_URL,
  })
  return platformOver(dropCustomHeaders(client), options, options.dialect ?? dialectOf(options.baseUrl))
}

/** Options that the SDK would otherwise take from the environment. */
export const FIXED_OPTIONS = {
  adminAPIKey: null,
  organization: null,
  project: null,
  webhookSecret: null,
  maxRetries: 0,
  timeout: TIMEOUTS.modelSdk,
  logLevel: 'off',
} as const

/** What is not the same for all servers. */
interface PlatformParts {
  list?: (signal: AbortSignal) => Promise<ModelNames>
  /** Done before each turn and each list. */
  ready?: (signal: AbortSignal) => Promise<void>
  /** Tells accounts apart, for sealed reasoning. */
  account?: Parameters<typeof ownerOf>[2]
}

/** One model behind a client of OpenAI's SDK. */
export function platformOver(
  client: OpenAI,
  {
    name,
    model,
    output = {},
    timeouts = PLATFORM_TIMEOUTS,
  }: Pick<OpenAiOptions, 'name' | 'model' | 'timeouts' | 'output'>,
  dialect: 'responses' | 'completions',
  {
    list = signal => listedModels(client, signal),
    ready = async () => {},
    account = [client.apiKey, client.baseURL],
  }: PlatformParts = {},
): VendorPlatform {
  const speak = dialect === 'responses' ? responses : completions
  const owner = ownerOf('openai', { name, model }, account)
  const habit = { isOpenInPrompt: false }
  const adapter: Adapter = {
    name,
    timeouts,
    faultOf: error => faultOf(name, error),
    async *events(request, signal) {
      await ready(signal)
      yield* speak({ client, platform: name, model, owner, output, habit, request, signal })
    },
  }
  return {
    name,
    model,
    dialect: 'openai',
    stream: streamOf(adapter),
    probe: signal => probed(adapter, signal, list, ready),
  }
}

/** Not by the SDK's own call, which takes any answer for a list. */
export async function listedModels(client: OpenAI, signal: AbortSignal): Promise<ModelNames> {
  return namesInBody(await client.get('/models', { signal }))
}

function dialectOf(baseUrl: string | undefined): 'responses' | 'completions' {
  const isOwn = baseUrl === undefined || new URL(baseUrl).hostname === new URL(OPENAI_URL).hostname
  return isOwn ? 'responses' : 'completions'
}
