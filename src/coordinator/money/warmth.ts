import type { ModelRequest, Usage } from '../../platforms/platform.ts'
import { type CacheRule, cacheRule } from './cache-rules.ts'
import { type Prefix, type PrefixStore, type PrefixUse, prefixesOf } from './prefixes.ts'
import { tokensOfRequest } from './tokens.ts'

/** Tokens of one answer, as a guess. */
export const EXPECTED_OUTPUT = 400

/** A model and the account that it is called with: its cache. */
export interface CacheOwner {
  vendor: Parameters<typeof cacheRule>[0]
  model: string
  account: string
  /** Whether writing to the cache has its own price. */
  billsWrites: boolean
}

/** Tokens in a cache: those that are there for certain, and those that may be. */
interface Cached {
  sure: number
  most: number
}

/** What each account still has in its prompt cache, by the rules that its vendor documents. */
export interface Warmth {
  /** Tokens that a request is likely to use. */
  expected(owner: CacheOwner, request: ModelRequest, now: number): Usage
  /**
   * Of a request with so many input tokens, those in the cache: `real`, after what was really sent, and `asIf`, after what
   * would have been sent if this owner had answered everything.
   */
  cached(
    owner: CacheOwner,
    request: ModelRequest,
    inputTokens: number,
    now: number,
  ): { real: Cached; asIf: Cached }
  /** The request is in the cache from now on. */
  remember(owner: CacheOwner, request: ModelRequest, at: Partial<PrefixUse>): void
}

export function openWarmth(store: PrefixStore): Warmth {
  function cached(owner: CacheOwner, request: ModelRequest, inputTokens: number, now: number) {
    const rule = cacheRule(owner.vendor, owner.model)
    const prefixes = prefixesOf(request)
    const uses = rule
      ? store.usesOf(
          owner.account,
          prefixes.map(one => one.hash),
        )
      : new Map()
    const by = (at: keyof PrefixUse): Cached => {
      const within = (ms: number) => {
        const found = prefixes.findLast(({ hash }) => isWithin(uses.get(hash)?.[at] ?? 0, now, ms))
        return rule && found ? tokensRead(rule, found, inputTokens) : 0
      }
      return { sure: within(rule?.sureMs ?? 0), most: within(rule?.mostMs ?? 0) }
    }
    return { real: by('realAt'), asIf: by('asIfAt') }
  }
  return {
    cached,
    expected(owner, request, now) {
      const input = tokensOfRequest(request)
      return usageWith(owner, {
        input,
        output: EXPECTED_OUTPUT,
        read: cached(owner, request, input, now).real.sure,
      })
    },
    remember(owner, request, at) {
      const rule = cacheRule(owner.vendor, owner.model)
      if (!rule) return
      const hashes = prefixesOf(request).map(one => one.hash)
      const ends = [hashes[0], hashes.at(-1)].flatMap(hash => hash ?? [])
      store.use(owner.account, rule.keeps === 'every beginning' ? hashes : ends, at)
      if (rule.keeps === 'the marked ones') prolong(owner.account, hashes, at, rule)
    },
  }

  /** What a request reads from the cache stays in it from then on. */
  function prolong(account: string, hashes: string[], at: Partial<PrefixUse>, { mostMs }: CacheRule): void {
    const uses = store.usesOf(account, hashes.slice(0, -1))
    for (const kind of ['realAt', 'asIfAt'] as const) {
      const now = at[kind]
      const read = hashes.findLast(
        hash => now !== undefined && isWithin(uses.get(hash)?.[kind] ?? 0, now, mostMs),
      )
      if (read !== undefined) store.use(account, [read], { [kind]: now })
    }
  }
}

/** Token counts of a request that reads so many tokens from the cache of `owner`. */
export function usageWith(
  { vendor, model, billsWrites }: CacheOwner,
  { input, output, read }: { input: number; output: number; read: number },
): Usage {
  const isKept = input >= (cacheRule(vendor, model)?.fewestTokens ?? Number.POSITIVE_INFINITY)
  return {
    inputTokens: input,
    outputTokens: output,
    cacheReadTokens: read,
    cacheWriteTokens: billsWrites && isKept ? input - read : 0,
  }
}

function isWithin(at: number, now: number, ms: number): boolean {
  return at > 0 && now - at <= ms && ms > 0
}

function tokensRead({ fewestTokens, step }: CacheRule, { share }: Prefix, inputTokens: number): number {
  const tokens = Math.floor((share * inputTokens) / step) * step
  return tokens < fewestTokens ? 0 : Math.min(tokens, inputTokens)
}
