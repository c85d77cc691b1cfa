import OpenAI from 'openai'
import { type Adapter, PATIENCE, type Patience, probed, streamOf } from '../adapter.ts'
import { platformFetch } from '../direct-fetch.ts'
import type { VendorPlatform } from '../platform.ts'
import { dropCustomHeaders } from '../shut-out.ts'
import { completions } from './completions.ts'
import { faultOf } from './fault.ts'
import { responses } from './responses.ts'

const OPENAI_URL = 'https://api.openai.com/v1'

export interface OpenAiOptions {
  name: string
  apiKey: string | undefined
  /** undefined = OpenAI itself. */
  baseUrl: string | undefined
  model: string
  patience?: Patience | undefined
  /** `responses` for OpenAI itself, else chat completions. */
  dialect?: 'responses' | 'completions' | undefined
}

/** OpenAI by its Responses API, or any server of its dialect by chat completions. Nothing is retried here. */
export function openOpenAi(options: OpenAiOptions): VendorPlatform {
  const client = new OpenAI({
    ...shutOut,
    fetch: platformFetch(options.name),
    apiKey: options.apiKey || 'none',
    baseURL: options.baseUrl ?? OPENAI_URL,
  })
  return platformOver(dropCustomHeaders(client), options, options.dialect ?? dialectOf(options.baseUrl))
}

/** What is left out here would be taken from the environment, whoever's it is. */
export const shutOut = {
  adminAPIKey: null,
  organization: null,
  project: null,
  webhookSecret: null,
  maxRetries: 0,
  timeout: PATIENCE.turn,
  logLevel: 'off',
} as const

/** One model behind a client of OpenAI's own SDK, whichever of its servers it asks. */
export function platformOver(
  client: OpenAI,
  { name, model, patience = PATIENCE }: Pick<OpenAiOptions, 'name' | 'model' | 'patience'>,
  dialect: 'responses' | 'completions',
): VendorPlatform {
  const speak = dialect === 'responses' ? responses : completions
  const adapter: Adapter = {
    name,
    patience,
    faultOf: error => faultOf(name, error),
    events: (request, signal) => speak({ client, platform: name, model, request, signal }),
  }
  return {
    name,
    model,
    dialect: 'openai',
    stream: streamOf(adapter),
    probe: signal => probed(adapter, signal, own => client.models.list({ signal: own })),
  }
}

function dialectOf(baseUrl: string | undefined): 'responses' | 'completions' {
  const isOwn = baseUrl === undefined || new URL(baseUrl).hostname === new URL(OPENAI_URL).hostname
  return isOwn ? 'responses' : 'completions'
}
