import { nearestOf } from '../../base/text/words.ts'
import type { PlatformSettings } from '../../config/project.ts'
import type { ModelNames } from '../../platforms/platform.ts'

/** `unsure`: the list cannot show whether the platform has the model. */
export type Listed = 'yes' | 'no' | 'unsure'

/**
 * Whether a platform's list has a model, by the names that its vendor resolves. Pure.
 *
 * @param names undefined = there is no readable list
 */
export function isListed(platform: PlatformSettings, model: string, names: ModelNames): Listed {
  if (!names) return 'unsure'
  const { isSame, isBeyond } = rulesOf(platform)
  if (names.some(name => name === model || isSame(model, name))) return 'yes'
  return isBeyond(model, names) ? 'unsure' : 'no'
}

/** In characters; the list is another's. */
const LONGEST_SHOWN = 200

/** The names in the list that are most like this one, without the vendor's prefix. */
export function similarNames(model: string, names: readonly string[], most: number): string[] {
  const shown = names.filter(name => name.length <= LONGEST_SHOWN)
  return nearestOf(model, [...new Set(shown.map(bareName))], most)
}

interface Rules {
  /** Whether the vendor takes the configured name for the listed one. */
  isSame(model: string, name: string): boolean
  /** Whether the vendor may know a name that its list does not show. */
  isBeyond(model: string, names: readonly string[]): boolean
}

function rulesOf({ kind, baseUrl }: PlatformSettings): Rules {
  if (kind === 'openai') return baseUrl === undefined ? OPENAI : OWN_SERVER
  if (kind === 'azure_openai') return AZURE
  return kind === 'anthropic' ? ANTHROPIC : GOOGLE
}

/** `gpt-5.4` is a name for the newest `gpt-5.4-2026-03-05`: https://platform.openai.com/docs/models */
const OPENAI: Rules = {
  isSame: (model, name) =>
    name.startsWith(`${model}-`) && /^-\d{4}-\d\d-\d\d$/.test(name.slice(model.length)),
  isBeyond: isLatest,
}

/** Names of deployments, like those of all Azure resources, are compared without case. */
const AZURE: Rules = { isSame: isSameWithoutCase, isBeyond: () => false }

/** `claude-sonnet-4-5` and `claude-3-7-sonnet-latest`: https://docs.claude.com/en/docs/about-claude/models/overview */
const ANTHROPIC: Rules = {
  isSame: (model, name) => name.replace(/-\d{8}$/, '') === model.replace(/-latest$/, ''),
  isBeyond: isLatest,
}

/**
 * The Gemini API lists `models/gemini-…`, Vertex AI `publishers/google/models/gemini-…`. `-001` and `@001` are versions:
 * https://ai.google.dev/gemini-api/docs/models. Neither lists tuned models, or those of other publishers.
 */
const GOOGLE: Rules = {
  isSame(model, name) {
    const [wanted, listed] = [bareName(model), bareName(name)]
    return [wanted, versionless(wanted)].includes(listed) || wanted === versionless(listed)
  },
  isBeyond: model =>
    /^(tunedModels|projects|endpoints|publishers\/(?!google\/))/.test(model) || isLatest(model),
}

/**
 * Ollama adds `:latest` (https://docs.ollama.com/modelfile). OpenRouter takes routing variants behind any name
 * (https://openrouter.ai/docs/guides/routing/model-variants/overview). LiteLLM lists wildcards
 * (https://docs.litellm.ai/docs/wildcard_routing). Some servers ignore case, others do not.
 */
const OWN_SERVER: Rules = {
  isSame: (model, name) =>
    [`${model}:latest`, model.replace(/:(latest|nitro|floor|online|exacto)$/, '')].includes(name) ||
    bareName(name) === bareName(model) ||
    isWildcardFor(model, name),
  isBeyond: (model, names) => names.some(name => isSameWithoutCase(model, name)),
}

function isWildcardFor(model: string, name: string): boolean {
  const [start = '', ...rest] = name.split('*')
  return rest.length > 0 && model.startsWith(start) && model.endsWith(rest.at(-1) ?? '')
}

function isLatest(model: string): boolean {
  return model.endsWith('-latest')
}

function isSameWithoutCase(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase()
}

function bareName(name: string): string {
  return name.replace(/^(publishers\/google\/)?models\//, '')
}

function versionless(name: string): string {
  return name.replace(/(-latest|[-@]\d{3}|@default)$/, '')
}
