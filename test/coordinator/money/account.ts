// Money, computed a second time: by the vendors' documents and from what the fake vendors billed, with no code of the product.

import { createHash } from 'node:crypto'

export type Vendor = 'openai' | 'anthropic' | 'azure_openai' | 'google_gemini'

/** Dollars per million tokens. */
export interface Price {
  input: number
  output: number
  cacheRead: number
  cacheWrite: number
}

export const LIST: Record<Vendor, { model: string; price: Price }> = {
  openai: { model: 'gpt-5.4-mini', price: { input: 1, output: 8, cacheRead: 0.1, cacheWrite: 1 } },
  anthropic: { model: 'claude-sonnet-5', price: { input: 3, output: 15, cacheRead: 0.3, cacheWrite: 3.75 } },
  azure_openai: { model: 'our-deployment', price: { input: 2, output: 8, cacheRead: 0.5, cacheWrite: 2 } },
  google_gemini: {
    model: 'gemini-3.5-flash',
    price: { input: 0.5, output: 3, cacheRead: 0.05, cacheWrite: 0.5 },
  },
}

export interface Counts {
  inputTokens: number
  outputTokens: number
  cacheReadTokens: number
  cacheWriteTokens: number
}

/** One request as its vendor billed it. */
export interface Line {
  vendor: Vendor
  customer: string
  conversation: string
  question: number
  /** Whether it is a turn of the question itself, and not of a cross-check. */
  isAnswer: boolean
  at: number
  end: 'whole' | 'filtered' | 'refused' | 'broken'
  /** Counted by the vendor before the end; undefined = not at all. */
  counts: Counts | undefined
  /** What was sent, cut where messages end. */
  texts: readonly string[]
}

export function priced(vendor: Vendor, counts: Counts): number {
  const { input, output, cacheRead, cacheWrite } = LIST[vendor].price
  const fresh = counts.inputTokens - counts.cacheReadTokens - counts.cacheWriteTokens
  const cached = counts.cacheReadTokens * cacheRead + counts.cacheWriteTokens * cacheWrite
  return (fresh * input + cached + counts.outputTokens * output) / 1e6
}

export interface Sum {
  usd: number
  unknown: number
  tokens: number
}

/** A refusal costs nothing; of a request that broke off, only what was counted until then is known. */
export function sumOf(lines: readonly Line[]): Sum {
  return lines.reduce(
    (sum, { vendor, counts, end }) => ({
      usd: sum.usd + (counts ? priced(vendor, counts) : 0),
      unknown: sum.unknown + (end === 'broken' ? 1 : 0),
      tokens: sum.tokens + (counts ? counts.inputTokens + counts.outputTokens : 0),
    }),
    { usd: 0, unknown: 0, tokens: 0 },
  )
}

const MINUTE = 60_000

/** The vendors' caches: https://platform.claude.com/docs/en/build-with-claude/prompt-caching and OpenAI's guide of that name. */
const CACHES = {
  anthropic: { step: 1, isEachKept: false, sure: 5 * MINUTE, most: 5 * MINUTE },
  openai: { step: 128, isEachKept: true, sure: 5 * MINUTE, most: 24 * 60 * MINUTE },
}
export type Baseline = keyof typeof CACHES

function openCache({ step, isEachKept, most }: (typeof CACHES)[Baseline]) {
  const used = new Map<string, number>()
  const keysOf = (texts: readonly string[]) =>
    texts.map((_, at) =>
      createHash('md5')
        .update(texts.slice(0, at + 1).join('\0'))
        .digest('hex'),
    )
  const longest = (keys: readonly string[], now: number, within: number) =>
    keys.findLastIndex(key => now - (used.get(key) ?? Number.NEGATIVE_INFINITY) <= within)
  return {
    /** Tokens read from it, if it keeps a beginning for so many milliseconds. */
    read(texts: readonly string[], tokens: number, now: number, within: number): number {
      const at = longest(keysOf(texts), now, within)
      const share = texts.slice(0, at + 1).join('').length / texts.join('').length
      const read = at < 0 ? 0 : Math.floor((share * tokens) / step) * step
      return read < 1_024 ? 0 : read
    },
    keep(texts: readonly string[], now: number): void {
      const keys = keysOf(texts)
      const found = longest(keys, now, most)
      const marked = [keys[0], keys.at(-1), keys[found]]
      for (const key of isEachKept ? keys : marked) if (key !== undefined) used.set(key, now)
    },
  }
}

/** What was saved, at least and at most, against a world in which the baseline had answered everything. */
export function savedOn(baseline: Baseline, lines: readonly Line[]): { least: number; most: number } {
  const rule = CACHES[baseline]
  const [real, asIf] = [openCache(rule), openCache(rule)]
  let saved = { least: -sumOf(lines).usd, most: -sumOf(lines).usd }
  for (const { vendor, isAnswer, end, counts, texts, at } of lines) {
    const isOwn = vendor === baseline
    // It would have failed without us, too.
    if (end !== 'whole' && isOwn && isAnswer && counts) {
      const usd = priced(vendor, counts)
      saved = { least: saved.least + usd, most: saved.most + usd }
    }
    if (end !== 'whole' || !counts) continue
    if (isAnswer) {
      const costs = [rule.sure, rule.most].map(within => {
        const read = asIf.read(texts, counts.inputTokens, at, within)
        const before = isOwn ? real.read(texts, counts.inputTokens, at, within) : 0
        return priced(
          baseline,
          isOwn ? readMore(counts, read - before) : { ...counts, ...reading(read, counts) },
        )
      })
      saved = { least: saved.least + Math.min(...costs), most: saved.most + Math.max(...costs) }
      asIf.keep(texts, at)
    }
    if (isOwn) real.keep(texts, at)
  }
  return saved
}

function reading(read: number, { inputTokens }: Counts) {
  return { cacheReadTokens: read, cacheWriteTokens: inputTokens - read }
}

/** Never less than it really read: what was paid is the most that its own turn can cost. */
function readMore(counts: Counts, more: number): Counts {
  const cacheReadTokens = Math.min(counts.inputTokens, counts.cacheReadTokens + Math.max(0, more))
  const cacheWriteTokens = Math.max(0, counts.cacheWriteTokens - (cacheReadTokens - counts.cacheReadTokens))
  return { ...counts, cacheReadTokens, cacheWriteTokens }
}
