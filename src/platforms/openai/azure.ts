import { AzureOpenAI } from 'openai'
import type { OutputSettings } from '../../config/project.ts'
import { namesInBody } from '../adapter.ts'
import { dropCustomHeaders } from '../custom-headers.ts'
import { DIRECT, platformFetch, type Way } from '../direct-fetch.ts'
import type { ModelNames, VendorPlatform } from '../platform.ts'
import type { PlatformTimeouts } from '../timed.ts'
import { withErrorBodies } from './error-bodies.ts'
import { FIXED_OPTIONS, listedModels, platformOver } from './open.ts'

export interface AzureOptions {
  name: string
  apiKey: string | undefined
  /** https://<resource>.openai.azure.com */
  endpoint: string
  /** A date (`2025-04-01-preview`), or `v1` or `preview` for the undated API. */
  apiVersion: string
  /** Name of the deployment. */
  model: string
  timeouts?: PlatformTimeouts | undefined
  /** Default: directly. */
  way?: Way | undefined
  output?: OutputSettings | undefined
}

/** https://learn.microsoft.com/azure/ai-foundry/openai/how-to/responses */
const FIRST_WITH_RESPONSES = '2025-03-01'

/**
 * A deployment in Azure. Uses the Responses API, the only one in which newer models accept tools, or chat completions
 * when `apiVersion` predates it. Never retries.
 */
export function openAzure({
  name,
  apiKey,
  endpoint,
  apiVersion,
  model,
  timeouts,
  way = DIRECT,
  output,
}: AzureOptions): VendorPlatform {
  const isDated = /^\d{4}-\d{2}-\d{2}/.test(apiVersion)
  const root = endpoint.replace(/\/+(openai(\/v1)?\/*)?$/, '')
  const client = new AzureOpenAI({
    ...FIXED_OPTIONS,
    fetch: withErrorBodies(platformFetch(name, way)),
    apiKey: apiKey || 'none',
    apiVersion,
    // Explicitly null: otherwise OPENAI_BASE_URL would be used and clash with the endpoint.
    ...(isDated ? { endpoint: root, baseURL: null } : { baseURL: `${root}/openai/v1` }),
  })
  const hasResponses = !isDated || apiVersion >= FIRST_WITH_RESPONSES
  return platformOver(
    dropCustomHeaders(client),
    { name, model, timeouts, output },
    hasResponses ? 'responses' : 'completions',
    signal => deployments(client, root, signal),
  )
}

/** The only version with a list of deployments: https://github.com/openai/openai-python/issues/447, issues/460 */
const WITH_DEPLOYMENTS = '2023-03-15-preview'

/**
 * Azure's list of models shows what could be deployed. It proves the key; the deployments themselves are listed only by an old
 * version of the API, which not every resource still has.
 */
async function deployments(client: AzureOpenAI, root: string, signal: AbortSignal): Promise<ModelNames> {
  await listedModels(client, signal)
  try {
    const query = { 'api-version': WITH_DEPLOYMENTS }
    return namesInBody(await client.get(`${root}/openai/deployments`, { query, signal }))
  } catch (error) {
    if (signal.aborted) throw error
    return undefined
  }
}
