import type { ModelRequest, Usage } from '../../platforms/platform.ts'
import type { CostRange } from '../figures/record.ts'
import type { PriceCard } from './prices.ts'
import { type CacheOwner, usageWith, type Warmth } from './warmth.ts'

/** A turn that was answered, and its time. */
export interface AnsweredTurn {
  request: ModelRequest
  usage: Usage
  now: number
}

/** The cost of a turn that the baseline itself answered: what was paid, but with the cache that it would have had. */
export function costOfItsOwn(
  turn: AnsweredTurn,
  paid: number,
  { owner, card, warmth }: { owner: CacheOwner; card: PriceCard; warmth: Warmth },
): CostRange {
  const { request, usage, now } = turn
  const { real, asIf } = warmth.cached(owner, request, usage.inputTokens, now)
  const more = [asIf.sure - real.sure, asIf.most - real.most].map(tokens => Math.max(0, tokens))
  const costs = more.map(tokens => (tokens === 0 ? paid : card.cost(withMoreRead(usage, tokens))))
  return { least: Math.min(...costs), most: Math.max(...costs) }
}

/** The cost on the baseline of a turn that another model answered, with the tokens that the other one counted. */
export function costOfAnother(
  { request, usage, now }: AnsweredTurn,
  { owner, card, warmth }: { owner: CacheOwner; card: PriceCard; warmth: Warmth },
): CostRange {
  const { inputTokens: input, outputTokens: output } = usage
  const { asIf } = warmth.cached(owner, request, input, now)
  const costs = [asIf.sure, asIf.most].map(read => card.cost(usageWith(owner, { input, output, read })))
  return { least: Math.min(...costs), most: Math.max(...costs) }
}

/** Tokens that are read from the cache are not written to it. */
function withMoreRead(usage: Usage, tokens: number): Usage {
  const cacheReadTokens = Math.min(usage.inputTokens, usage.cacheReadTokens + tokens)
  const cacheWriteTokens = Math.max(0, usage.cacheWriteTokens - (cacheReadTokens - usage.cacheReadTokens))
  return { ...usage, cacheReadTokens, cacheWriteTokens }
}
