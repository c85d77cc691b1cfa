import { calcPrice } from '@pydantic/genai-prices'
import { vendorRow } from '../../catalog/vendors.ts'
import type { PlatformSettings, Prices } from '../../config/project.ts'
import type { Usage } from '../../platforms/platform.ts'

/** Prices of one model. */
export interface PriceCard {
  /** US dollars for these tokens. */
  cost(usage: Usage): number
  /** Context window in tokens; undefined = unknown. */
  window: number | undefined
  /** Whether writing to the cache has its own price (Anthropic). */
  billsCacheWrites: boolean
}

/**
 * Prices from the configuration, otherwise from genai-prices (github.com/pydantic/genai-prices), whose authors collect
 * them from the vendors' pages. Undefined = unknown, which is never the same as free.
 *
 * @param named the model that the response named, which is the one that is billed
 */
export function priceCard(platform: PlatformSettings, model: string, named?: string): PriceCard | undefined {
  const base = platform.azure?.baseModel ?? ''
  const own = platform.prices[named ?? ''] ?? platform.prices[model] ?? platform.prices[base]
  // A response may name the deployment rather than the model behind it, which the configuration names.
  const listed =
    listedCard(platform, named ?? (platform.azure ? base : model)) ??
    (platform.azure && listedCard(platform, base))
  if (!own) return listed
  return {
    cost: usage => ownCost(own, usage),
    window: listed?.window,
    billsCacheWrites: own.cacheWrite !== undefined,
  }
}

function ownCost({ input, output, cacheRead = input, cacheWrite = input }: Prices, usage: Usage): number {
  const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens } = usage
  const plain = Math.max(0, inputTokens - cacheReadTokens - cacheWriteTokens)
  const total =
    plain * input + cacheReadTokens * cacheRead + cacheWriteTokens * cacheWrite + outputTokens * output
  return total / 1_000_000
}

function listedCard(platform: PlatformSettings, model: string): PriceCard | undefined {
  const providerId = vendorRow(platform.kind).priceList
  const isElsewhere = platform.kind === 'openai' && platform.baseUrl !== undefined
  if (!model || !providerId) return undefined
  // Another server may charge another price for a model of the same name.
  const where = isElsewhere ? { providerApiUrl: platform.baseUrl ?? '' } : { providerId }
  const look = (usage: Usage) => {
    const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens } = consistent(usage)
    return calcPrice(
      {
        input_tokens: inputTokens,
        output_tokens: outputTokens,
        cache_read_tokens: cacheReadTokens,
        cache_write_tokens: cacheWriteTokens,
      },
      model,
      where,
    )
  }
  const found = look(NOTHING)
  if (!found || !(isSameModel(model, found.model.id) || isAlias(model, found.model.match))) return undefined
  return {
    cost: usage => look(usage)?.total_price ?? Number.NaN,
    window: found.model.context_window,
    billsCacheWrites: found.model_price.cache_write_mtok !== undefined,
  }
}

const NOTHING: Usage = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 }

/** The list matches prefixes, but a newer model must not get an older one's price. Dates and aliases are ignored. */
function isSameModel(asked: string, listed: string): boolean {
  const plain = (name: string) =>
    name
      .toLowerCase()
      .replace(/^(models|publishers\/google\/models)\//, '')
      .replace(/(-latest|-preview|[-@]\d{8}|-\d{4}-\d{2}-\d{2}|-\d{3})+$/, '')
      .replaceAll('.', '-')
  return plain(asked) === plain(listed)
}

/** Whether the list has this very name for the model: `gpt-5.6` is `gpt-5.6-sol`. */
function isAlias(asked: string, match: object): boolean {
  return Object.entries(match).some(([rule, value]) =>
    rule === 'equals'
      ? value === asked.toLowerCase()
      : Array.isArray(value) && value.some(one => isAlias(asked, one)),
  )
}

/** The library throws for counts that contradict each other. */
function consistent(usage: Usage): Usage {
  const cached = usage.cacheReadTokens + usage.cacheWriteTokens
  return { ...usage, inputTokens: Math.max(usage.inputTokens, cached) }
}
