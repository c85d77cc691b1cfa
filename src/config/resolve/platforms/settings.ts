import { dirname, resolve } from 'node:path'
import { didYouMean } from '../../../base/words.ts'
import type { PlatformInput } from '../../document/platforms-schema.ts'
import type { Path } from '../../document/problems.ts'
import type { PlatformKind, PlatformSettings } from '../../project.ts'
import type { ResolveContext } from '../context.ts'

const KINDS = ['openai', 'anthropic', 'azure_openai', 'google_vertex', 'google_gemini', 'demo'] as const

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
  reportUnknownNames(
    context,
    platforms.map(one => one.name),
  )
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
  const kind = kindOf(context, name, input)
  checkUrl(context, [...at, 'base_url'], input.base_url)
  return plain(kind, {
    name,
    written: true,
    enabled: input.enabled ?? true,
    models: modelsOf(context, kind, name, input),
    apiKeyName: keyNameOf(context, kind, name, input),
    baseUrl: input.base_url,
    dialect: input.dialect,
    azure: kind === 'azure_openai' ? azureOf(context, at, input) : undefined,
    vertex: kind === 'google_vertex' ? vertexOf(context, at, input) : undefined,
    prices: Object.fromEntries(
      Object.entries(input.prices ?? {}).map(([model, one]) => [
        model,
        { input: one.input, output: one.output, cacheRead: one.cache_read, cacheWrite: one.cache_write },
      ]),
    ),
    contextWindow: input.context_window,
    mostTools: input.max_tools,
  })
}

function kindOf({ reporter }: ResolveContext, name: string, input: PlatformInput): PlatformKind {
  const known = KINDS.find(kind => kind === name)
  if (known && input.kind !== undefined && input.kind !== known)
    reporter.error(['platforms', name, 'kind'], `"${name}" is always ${known}`, 'give it a name of its own')
  const kind = known ?? input.kind ?? 'openai'
  if (!known && input.kind === undefined && input.base_url === undefined)
    reporter.error(
      ['platforms', name],
      `needs a base_url or a kind${didYouMean(name, [...KINDS])}`,
      `base_url: a server that speaks OpenAI's dialect; kind: one of ${KINDS.slice(0, -1).join(', ')}`,
    )
  if (name.includes('/')) reporter.error(['platforms', name], 'must not hold a slash')
  return kind
}

function modelsOf(
  { reporter }: ResolveContext,
  kind: PlatformKind,
  name: string,
  input: PlatformInput,
): string[] {
  const first = input.deployment ?? input.model ?? input.models?.[0] ?? USUAL[kind].model
  if (kind === 'openai' && name !== 'openai' && !input.model && !input.models)
    reporter.error(['platforms', name], 'needs a model', 'add "model": the name that this server knows')
  return [...new Set([first, ...(input.models ?? [])])]
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
  const isOwn = kind === 'openai' && input.base_url !== undefined && name !== 'openai'
  return written ?? (isOwn ? undefined : USUAL[kind].keyName)
}

function azureOf(context: ResolveContext, at: Path, input: PlatformInput): PlatformSettings['azure'] {
  const { reporter } = context
  checkUrl(context, [...at, 'endpoint'], input.endpoint)
  if (input.endpoint === undefined)
    reporter.error(at, 'needs an endpoint', 'for example "endpoint": "https://NAME.openai.azure.com"')
  if (input.deployment === undefined && input.model === undefined && input.models === undefined)
    reporter.error(at, 'needs a deployment', 'add "deployment": its name in Azure')
  if (input.deployment !== undefined && input.base_model === undefined)
    reporter.warn(
      [...at, 'deployment'],
      'without a "base_model" its price is unknown',
      'add "base_model": the model behind the deployment',
    )
  return {
    endpoint: input.endpoint ?? '',
    apiVersion: input.api_version ?? '2025-04-01-preview',
    baseModel: input.base_model,
  }
}

function vertexOf(
  { reporter, file }: ResolveContext,
  at: Path,
  input: PlatformInput,
): PlatformSettings['vertex'] {
  if (input.project_id === undefined)
    reporter.error(at, 'needs a project_id', 'add "project_id": the Google Cloud project')
  return {
    projectId: input.project_id ?? '',
    location: input.location ?? 'global',
    credentialsFile: input.credentials_file && resolve(dirname(file), input.credentials_file),
  }
}

function checkUrl({ reporter }: ResolveContext, path: Path, url: string | undefined): void {
  if (url === undefined) return
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  if (!parsed || !/^https?:$/.test(parsed.protocol)) reporter.error(path, 'must be an http or https address')
  else if (parsed.username || parsed.password)
    reporter.error(path, 'holds credentials', 'credentials never stand in this file: give their names')
}

/** A customer may be allowed a platform that is not set up; a name that can be none is a slip of the pen. */
function reportUnknownNames({ document, reporter }: ResolveContext, known: string[]): void {
  const possible = [...new Set([...known, ...KINDS])]
  const lists: { names: string[]; path: Path }[] = [
    { names: document.defaults?.platforms_allowed ?? [], path: ['defaults'] },
    ...document.customers.map((one, i) => ({ names: one.platforms_allowed ?? [], path: ['customers', i] })),
  ]
  for (const { names, path } of lists)
    for (const [i, name] of names.entries())
      if (!possible.includes(name))
        reporter.error(
          [...path, 'platforms_allowed', i],
          `"${name}" is no platform of this file${didYouMean(name, possible)}`,
        )
}
