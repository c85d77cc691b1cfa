import type { PlatformInput } from '../../document/platforms-schema.ts'
import type { PlatformKind, PlatformSettings } from '../../project.ts'
import type { ResolveContext } from '../context.ts'
import { reportAllowed } from './allowed.ts'
import { kindOf } from './name.ts'
import { azureOf, checkUrl, reportStrangeKeys, vertexOf } from './vendors.ts'

/** What a vendor's platform is without a word about it. Models: the vendors' current middle of the road. */
const USUAL: Record<PlatformKind, { model: string; keyName: string | undefined }> = {
  openai: { model: 'gpt-5.4-mini', keyName: 'OPENAI_API_KEY' },
  anthropic: { model: 'claude-sonnet-5', keyName: 'ANTHROPIC_API_KEY' },
  google_gemini: { model: 'gemini-3.8-flash', keyName: 'GEMINI_API_KEY' },
  azure_openai: { model: '', keyName: 'AZURE_OPENAI_API_KEY' },
  google_vertex: { model: 'gemini-3.8-flash', keyName: undefined },
  demo: { model: 'rules', keyName: undefined },
}

/** Ready wherever their key is set, as long as the file names no platform itself. */
const BUILT_IN = ['openai', 'anthropic', 'google_gemini'] as const

/**
 * The model platforms in the order of the file. A vendor that the file does not name gets nobody's data: the built-in
 * ones are enabled only where it names none at all.
 */
export function resolvePlatforms(context: ResolveContext): PlatformSettings[] {
  const entries = Object.entries(context.document.platforms ?? {})
  const named = entries.map(([name, input]) => platformOf(context, name, input))
  const isSilent = named.every(one => one.kind === 'demo')
  const builtIn = [...BUILT_IN, 'demo' as const]
    .filter(name => !named.some(one => one.name === name))
    .map(name => plain(name, { enabled: name === 'demo' ? false : isSilent }))
  const platforms = [...named, ...builtIn]
  reportAllowed(context, platforms)
  return platforms
}

function plain(kind: PlatformKind, over: Partial<PlatformSettings>): PlatformSettings {
  return {
    name: kind,
    kind,
    written: false,
    enabled: true,
    models: [USUAL[kind].model],
    apiKeyName: USUAL[kind].keyName,
    baseUrl: undefined,
    dialect: undefined,
    azure: undefined,
    vertex: undefined,
    prices: {},
    contextWindow: undefined,
    mostTools: undefined,
    ...over,
  }
}

function platformOf(context: ResolveContext, name: string, input: PlatformInput): PlatformSettings {
  const at = ['platforms', name]
  const known = kindOf(context, name, input)
  const kind = known ?? 'openai'
  checkUrl(context, [...at, 'base_url'], input.base_url, '"http://127.0.0.1:11434/v1"')
  // Where not even the kind is known, more errors would tell the same again.
  if (known) {
    reportStrangeKeys(context, at, kind, input)
    reportNoModel(context, kind, name, input)
  }
  return plain(kind, {
    name,
    written: true,
    enabled: input.enabled ?? true,
    models: modelsOf(kind, input),
    apiKeyName: keyNameOf(context, kind, name, input),
    baseUrl: input.base_url,
    dialect: input.dialect,
    azure: kind === 'azure_openai' ? azureOf(context, at, input) : undefined,
    vertex: kind === 'google_vertex' ? vertexOf(context, at, input) : undefined,
    prices: pricesOf(input),
    contextWindow: input.context_window,
    mostTools: input.max_tools,
  })
}

function reportNoModel(
  { reporter }: ResolveContext,
  kind: PlatformKind,
  name: string,
  { model, models }: PlatformInput,
): void {
  if (kind === 'openai' && name !== 'openai' && !model && !models)
    reporter.error(['platforms', name], 'needs a model', 'add "model": the name that this server knows')
}

function modelsOf(kind: PlatformKind, { deployment, model, models = [] }: PlatformInput): string[] {
  const first = deployment ?? model ?? models[0] ?? USUAL[kind].model
  return [...new Set([first, ...models])]
}

function keyNameOf(
  { reporter }: ResolveContext,
  kind: PlatformKind,
  name: string,
  input: PlatformInput,
): string | undefined {
  if (input.api_key !== undefined && input.api_key_env !== undefined)
    reporter.error(
      ['platforms', name, 'api_key'],
      'is the same setting as "api_key_env"',
      'remove one of them',
    )
  const written = input.api_key_env ?? input.api_key?.slice(2, -1)
  // A server of one's own mostly needs no key, and must not get a vendor's.
  const isOwn = input.base_url !== undefined && name !== kind
  return written ?? (isOwn ? undefined : USUAL[kind].keyName)
}

function pricesOf({ prices = {} }: PlatformInput): PlatformSettings['prices'] {
  return Object.fromEntries(
    Object.entries(prices).map(([model, { input, output, cache_read, cache_write }]) => [
      model,
      { input, output, cacheRead: cache_read, cacheWrite: cache_write },
    ]),
  )
}
