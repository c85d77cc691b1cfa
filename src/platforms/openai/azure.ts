import { AzureOpenAI } from 'openai'
import type { EntraSettings, OutputSettings } from '../../config/project.ts'
import { namesInBody } from '../adapter.ts'
import { dropCustomHeaders } from '../custom-headers.ts'
import { DIRECT, directFetch, platformFetch, type Way } from '../direct-fetch.ts'
import type { ModelNames, VendorPlatform } from '../platform.ts'
import type { PlatformTimeouts } from '../timed.ts'
import { signIn } from './entra/client-credentials.ts'
import { runTokenCommand } from './entra/command.ts'
import { openTokens, type Tokens, withRenewal } from './entra/tokens.ts'
import { withErrorBodies } from './error-bodies.ts'
import { FIXED_OPTIONS, listedModels, platformOver } from './open.ts'

export interface AzureOptions {
  name: string
  apiKey: string | undefined
  /** https://<resource>.openai.azure.com */
  endpoint: string
  /** A date (`2025-04-01-preview`), or `v1` or `preview` for the undated API. */
  apiVersion: string
  /** In place of a key; then `apiKey` is the client secret. */
  entra?: EntraSettings | undefined
  /** In place of a key. */
  tokenCommand?: readonly string[] | undefined
  /** Name of the deployment. */
  model: string
  timeouts?: PlatformTimeouts | undefined
  /** Default: directly. */
  way?: Way | undefined
  output?: OutputSettings | undefined
  /** Milliseconds since 1970 (default: the clock of this machine). */
  now?: (() => number) | undefined
}

/** https://learn.microsoft.com/azure/ai-foundry/openai/how-to/responses */
const FIRST_WITH_RESPONSES = '2025-03-01'

/**
 * A deployment in Azure. Uses the Responses API, the only one in which newer models accept tools, or chat completions
 * when `apiVersion` predates it. Never retries.
 */
export function openAzure(options: AzureOptions): VendorPlatform {
  const { name, endpoint, apiVersion, way = DIRECT } = options
  const isDated = /^\d{4}-\d{2}-\d{2}/.test(apiVersion)
  const root = endpoint.replace(/\/+(openai(\/v1)?\/*)?$/, '')
  const tokens = tokensFor(options)
  const fetch = platformFetch(name, way)
  const client = new AzureOpenAI({
    ...FIXED_OPTIONS,
    fetch: withErrorBodies(tokens ? withRenewal(fetch, tokens) : fetch),
    // Explicitly empty: otherwise AZURE_OPENAI_API_KEY would be used and clash with the token.
    ...(tokens
      ? { apiKey: '', azureADTokenProvider: () => tokens.get() }
      : { apiKey: options.apiKey || 'none' }),
    apiVersion,
    // Explicitly null: otherwise OPENAI_BASE_URL would be used and clash with the endpoint.
    ...(isDated ? { endpoint: root, baseURL: null } : { baseURL: `${root}/openai/v1` }),
  })
  const hasResponses = !isDated || apiVersion >= FIRST_WITH_RESPONSES
  return platformOver(dropCustomHeaders(client), options, hasResponses ? 'responses' : 'completions', {
    list: signal => deployments(client, root, signal),
    // Before the SDK asks for it, because the SDK would not stop waiting when the turn is cancelled.
    ready: async signal => void (await tokens?.get(signal)),
    account: accountIn(options),
  })
}

function tokensFor(options: AzureOptions): Tokens | undefined {
  const {
    name: platform,
    entra,
    tokenCommand: command,
    apiKey: secret = '',
    way = DIRECT,
    now = Date.now,
  } = options
  if (command) return openTokens(signal => runTokenCommand({ platform, command, now }, signal), now)
  if (!entra) return undefined
  const fetch = directFetch(platform, way)
  return openTokens(signal => signIn({ ...entra, platform, secret, fetch, now }, signal), now)
}

/** Who we are for the vendor. A new client secret belongs to the same account. */
function accountIn({ apiKey, endpoint, apiVersion, entra, tokenCommand }: AzureOptions): string[] {
  const address = [endpoint, apiVersion]
  if (tokenCommand) return [...address, ...tokenCommand]
  return entra ? [...address, entra.authority, entra.tenant, entra.clientId] : [...address, apiKey ?? '']
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
