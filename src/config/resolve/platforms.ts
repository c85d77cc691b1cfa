import { didYouMean } from '../../base/words.ts'
import type { Path } from '../document/problems.ts'
import type { PlatformSettings } from '../project.ts'
import type { ResolveContext } from './context.ts'

/** The model platforms in order of preference; OpenAI stands ready wherever its key is in the environment. */
export function resolvePlatforms(context: ResolveContext): PlatformSettings[] {
  const entries = Object.entries(context.document.platforms ?? {})
  const named = entries.map(([name, input]): PlatformSettings => {
    if (input.base_url !== undefined && !/^https?:$/.test(schemeOf(input.base_url)))
      context.reporter.error(['platforms', name, 'base_url'], 'must be an http or https address')
    return {
      name,
      kind: name === 'demo' ? 'demo' : 'openai',
      enabled: input.enabled ?? true,
      model: input.model,
      apiKeyName:
        name === 'demo'
          ? undefined
          : (input.api_key_env ?? (name === 'openai' ? 'OPENAI_API_KEY' : undefined)),
      baseUrl: input.base_url,
    }
  })
  for (const [name, input] of entries)
    if (name !== 'demo' && name !== 'openai' && input.base_url === undefined)
      context.reporter.error(['platforms', name], `needs a base_url${didYouMean(name, ['openai', 'demo'])}`)
  const platforms = [...named, ...BUILT_IN.filter(one => !named.some(other => other.name === one.name))]
  reportUnknownNames(
    context,
    platforms.map(one => one.name),
  )
  return platforms
}

const BUILT_IN: PlatformSettings[] = [
  {
    name: 'openai',
    kind: 'openai',
    enabled: true,
    model: undefined,
    apiKeyName: 'OPENAI_API_KEY',
    baseUrl: undefined,
  },
  { name: 'demo', kind: 'demo', enabled: false, model: undefined, apiKeyName: undefined, baseUrl: undefined },
]

function schemeOf(url: string): string {
  return URL.canParse(url) ? new URL(url).protocol : ''
}

/** A customer may be allowed a platform that is not set up; a name that can be none is a slip of the pen. */
function reportUnknownNames({ document, reporter }: ResolveContext, known: string[]): void {
  const lists: { names: string[]; path: Path }[] = [
    { names: document.defaults?.platforms_allowed ?? [], path: ['defaults'] },
    ...document.customers.map((one, i) => ({ names: one.platforms_allowed ?? [], path: ['customers', i] })),
  ]
  for (const { names, path } of lists)
    for (const [i, name] of names.entries())
      if (!known.includes(name))
        reporter.error(
          [...path, 'platforms_allowed', i],
          `"${name}" is no platform of this file${didYouMean(name, known)}`,
        )
}
