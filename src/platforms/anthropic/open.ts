import Anthropic from '@anthropic-ai/sdk'
import { TIMEOUTS } from '../../base/timeouts.ts'
import type { OutputSettings } from '../../config/project.ts'
import { ownerOf } from '../account.ts'
import { type Adapter, namesInPages, probed, streamOf } from '../adapter.ts'
import { dropCustomHeaders } from '../custom-headers.ts'
import { DIRECT, platformFetch, type Way } from '../direct-fetch.ts'
import type { VendorPlatform } from '../platform.ts'
import { PLATFORM_TIMEOUTS, type PlatformTimeouts } from '../timed.ts'
import { faultOf } from './fault.ts'
import { messages } from './messages.ts'

const ANTHROPIC_URL = 'https://api.anthropic.com'

export interface AnthropicOptions {
  name: string
  apiKey: string | undefined
  /** undefined = Anthropic itself. */
  baseUrl: string | undefined
  model: string
  timeouts?: PlatformTimeouts | undefined
  /** Default: directly. */
  way?: Way | undefined
  output?: OutputSettings | undefined
}

/** Anthropic through its Messages API. Never retries. */
export function openAnthropic({
  name,
  apiKey,
  baseUrl,
  model,
  timeouts = PLATFORM_TIMEOUTS,
  way = DIRECT,
  output = {},
}: AnthropicOptions): VendorPlatform {
  const client = dropCustomHeaders(
    new Anthropic({
      ...FIXED_OPTIONS,
      fetch: platformFetch(name, way),
      apiKey: apiKey || 'none',
      baseURL: baseUrl ?? ANTHROPIC_URL,
    }),
  )
  const owner = ownerOf('anthropic', { name, model }, [apiKey, baseUrl])
  const adapter: Adapter = {
    name,
    timeouts,
    faultOf: error => faultOf(name, error),
    events: (request, signal, count) =>
      messages({ client, platform: name, model, owner, output, request, signal, count }),
  }
  return {
    name,
    model,
    dialect: 'anthropic',
    stream: streamOf(adapter),
    probe: signal => probed(adapter, signal, own => namesInPages(pagesOf(client, own))),
  }
}

/** The largest pages that the API has: https://docs.claude.com/en/api/models-list */
async function* pagesOf(client: Anthropic, signal: AbortSignal): AsyncGenerator<Anthropic.ModelInfo[]> {
  const first = await client.models.list({ limit: 1_000 }, { signal })
  for await (const { data } of first.iterPages()) yield data
}

/** Options that the SDK would otherwise take from the environment. */
const FIXED_OPTIONS = {
  authToken: null,
  webhookKey: null,
  openTelemetry: false,
  maxRetries: 0,
  timeout: TIMEOUTS.modelSdk,
  logLevel: 'off',
} as const
