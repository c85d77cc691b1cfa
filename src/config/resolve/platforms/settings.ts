import { didYouMean } from '../../../base/text/words.ts'
import { VENDOR_NAMES, type VendorName, vendorRow } from '../../../catalog/vendors.ts'
import type { Path } from '../../document/problems.ts'
import type { PlatformInput } from '../../document/schema/platforms.ts'
import type { PlatformNetwork, PlatformSettings } from '../../project.ts'
import type { ResolveContext } from '../context.ts'
import { checkedHeaders } from '../headers.ts'
import { checkedNetwork, clientCertificateOf } from '../network.ts'
import { reportAllowed } from './allowed.ts'
import { vendorOf } from './name.ts'
import { azureOf, reportForeignSettings, vertexOf } from './own-settings.ts'
import { checkUrl } from './url.ts'

/**
 * The model platforms in the order of the file. Built-in vendors are enabled only when the file names no platform at
 * all: a vendor that the file leaves out must not get anyone's data.
 */
export function resolvePlatforms(context: ResolveContext): PlatformSettings[] {
  const entries = Object.entries(context.document.platforms ?? {})
  const written = entries.map(([name, input]) => writtenPlatform(context, name, input))
  const enabled = written.every(one => one.kind === 'demo')
  const builtIn = VENDOR_NAMES.filter(name => vendorRow(name).isBuiltIn || name === 'demo')
    .filter(name => !written.some(one => one.name === name))
    .map(name => defaultSettings(name, { enabled: enabled && name !== 'demo' }))
  const platforms = [...written, ...builtIn]
  reportAllowed(context, platforms)
  return platforms
}

function defaultSettings(kind: VendorName, over: Partial<PlatformSettings>): PlatformSettings {
  const { defaultModel, keyName } = vendorRow(kind)
  return {
    name: kind,
    kind,
    written: false,
    enabled: true,
    models: [defaultModel],
    apiKeyName: keyName,
    baseUrl: undefined,
    dialect: undefined,
    azure: undefined,
    vertex: undefined,
    prices: {},
    contextWindow: undefined,
    headers: {},
    network: {},
    timeouts: {},
    output: {},
    mostTools: undefined,
    ...over,
  }
}

function writtenPlatform(context: ResolveContext, name: string, input: PlatformInput): PlatformSettings {
  const at = ['platforms', name]
  const known = vendorOf(context, name, input)
  const kind = known ?? 'openai'
  checkUrl(context, [...at, 'base_url'], input.base_url, '"http://127.0.0.1:11434/v1"')
  // When the vendor is unknown, further errors would only repeat that.
  if (known) {
    reportForeignSettings(context, at, kind, input)
    reportNoModel(context, kind, name, input)
  }
  return defaultSettings(kind, {
    name,
    written: true,
    enabled: input.enabled ?? true,
    models: modelsOf(kind, input),
    apiKeyName: keyNameOf(context, kind, name, input),
    baseUrl: input.base_url,
    dialect: input.dialect,
    azure: kind === 'azure_openai' ? azureOf(context, at, input) : undefined,
    vertex: kind === 'google_vertex' ? vertexOf(context, at, input) : undefined,
    prices: pricesOf(context, at, { input, models: modelsOf(kind, input) }),
    contextWindow: input.context_window,
    headers: checkedHeaders(context.reporter, at, input.headers, HEADER_RULES),
    network: networkOf(context, at, input),
    timeouts: timeoutsOf(input),
    output: { mostTokens: input.max_output_tokens, effort: input.reasoning_effort },
    mostTools: input.max_tools,
  })
}

function reportNoModel(
  { reporter }: ResolveContext,
  kind: VendorName,
  name: string,
  { model, models }: PlatformInput,
): void {
  if (kind === 'openai' && name !== 'openai' && !model && !models)
    reporter.error(['platforms', name], 'needs a model', 'add "model" with a name that this server knows')
}

function modelsOf(kind: VendorName, { deployment, model, models = [] }: PlatformInput): string[] {
  const first = deployment ?? model ?? models[0] ?? vendorRow(kind).defaultModel
  return [...new Set([first, ...models])]
}

function keyNameOf(
  { reporter }: ResolveContext,
  kind: VendorName,
  name: string,
  input: PlatformInput,
): string | undefined {
  if (input.api_key !== undefined && input.api_key_env !== undefined)
    reporter.error(
      ['platforms', name, 'api_key'],
      'is the same setting as "api_key_env"',
      'remove one of them',
    )
  if (input.token_command) return undefined
  const named = input.entra?.client_secret_env ?? input.api_key_env ?? input.api_key?.slice(2, -1)
  // A server of the user's own rarely needs a key, and must not get a vendor's.
  const isOwn = input.base_url !== undefined && name !== kind
  return named ?? (isOwn ? undefined : vendorRow(kind).keyName)
}

/** Each vendor's key has a header of its own, and a way of its own into it. */
const HEADER_RULES = {
  ours: /^(host|content-length|content-type|accept|authorization|x-api-key|api-key|x-goog-api-key|anthropic-version)$/i,
  taken: () => undefined,
}

function networkOf(context: ResolveContext, at: Path, input: PlatformInput): PlatformNetwork {
  const { ca_file: caFile, proxy, no_proxy: noProxy } = checkedNetwork(context, at, input)
  return { caFile, clientCertificate: clientCertificateOf(context, at, input), proxy, noProxy }
}

function timeoutsOf({ timeouts = {} }: PlatformInput): PlatformSettings['timeouts'] {
  const ms = (seconds: number | undefined) => (seconds === undefined ? undefined : seconds * 1_000)
  return { first: ms(timeouts.first_event), idle: ms(timeouts.idle), turn: ms(timeouts.turn) }
}

/** Prices may be of models that only a response names, so only a name that looks like a typo is a warning. */
function pricesOf(
  { reporter }: ResolveContext,
  at: Path,
  { input, models }: { input: PlatformInput; models: readonly string[] },
): PlatformSettings['prices'] {
  const { prices = {}, base_model: base } = input
  const known = [...models, ...(base === undefined ? [] : [base])]
  for (const model of Object.keys(prices)) {
    const guess = known.includes(model) ? '' : didYouMean(model, known)
    if (guess !== '')
      reporter.warn(
        [...at, 'prices', model],
        `no model of this platform has this name${guess}`,
        'correct the name, or the price is not used',
      )
  }
  return Object.fromEntries(
    Object.entries(prices).map(([model, { input, output, cache_read, cache_write }]) => [
      model,
      { input, output, cacheRead: cache_read, cacheWrite: cache_write },
    ]),
  )
}
