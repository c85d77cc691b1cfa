import type { Message, ModelRequest, Usage } from '../../platforms/platform.ts'

/** How long vendors keep a prompt in their cache: Anthropic 5 min, OpenAI 5 to 10 min (their documentation). */
const WARM_MS = 300_000
/** Shorter prefixes are not cached (OpenAI and Anthropic: 1,024 tokens or more). */
const SHORTEST_CACHED = 1_024
const EXPECTED_OUTPUT = 400
const CHARACTERS_A_TOKEN = 4

/** Estimates what each route still has in its prompt cache, which it reads at a tenth of the price. */
export interface Warmth {
  /** Tokens that a request is likely to use with that cache. */
  expected(cacheKey: string, request: ModelRequest, now: number, billsWrites: boolean): Usage
  /** The tokens of a real turn if it had run with that cache. */
  asIf(cacheKey: string, request: ModelRequest, real: Usage, now: number, billsWrites: boolean): Usage
  remember(cacheKey: string, request: ModelRequest, usage: Usage, now: number): void
}

interface Read {
  system: string
  messages: readonly Message[]
  tokens: number
  at: number
}

/** A cache's key starts with the customer: one customer's cache is never warm for another. */
export function openWarmth(): Warmth {
  const reads = new Map<string, Read>()

  /** The number of tokens of this request in the cache, and the messages that are not in it. */
  function known(cacheKey: string, request: ModelRequest, now: number): { tokens: number; fresh: Message[] } {
    const read = reads.get(cacheKey)
    const cold = { tokens: 0, fresh: request.messages }
    if (!read || now - read.at > WARM_MS || read.system !== request.system) return cold
    if (read.messages.some((message, i) => request.messages[i] !== message)) return cold
    const fresh = request.messages.slice(read.messages.length)
    return { tokens: read.tokens < SHORTEST_CACHED ? 0 : read.tokens, fresh }
  }

  function split(input: number, cached: number, output: number, billsWrites: boolean): Usage {
    const cacheReadTokens = Math.min(cached, input)
    const cacheWriteTokens = billsWrites && input >= SHORTEST_CACHED ? input - cacheReadTokens : 0
    return { inputTokens: input, outputTokens: output, cacheReadTokens, cacheWriteTokens }
  }

  return {
    expected(cacheKey, request, now, billsWrites) {
      const { tokens, fresh } = known(cacheKey, request, now)
      const input = tokens > 0 ? tokens + tokensOf(fresh) : tokensOfRequest(request)
      return split(input, tokens, EXPECTED_OUTPUT, billsWrites)
    },
    asIf(cacheKey, request, real, now, billsWrites) {
      const { tokens } = known(cacheKey, request, now)
      return split(real.inputTokens, tokens, real.outputTokens, billsWrites)
    },
    remember(cacheKey, request, usage, now) {
      const { system, messages } = request
      reads.set(cacheKey, { system, messages, tokens: usage.inputTokens, at: now })
    },
  }
}

/** A rough estimate; the vendors' tokenizers differ by about 20 %. */
export function tokensOfRequest({ system, messages, tools }: ModelRequest): number {
  const words = tools.reduce((sum, tool) => sum + tool.name.length + tool.description.length, system.length)
  const schemas = tools.reduce((sum, tool) => sum + sizeOf(tool.inputSchema), 0)
  return Math.ceil((words + schemas) / CHARACTERS_A_TOKEN) + tokensOf(messages)
}

function tokensOf(messages: readonly Message[]): number {
  const characters = messages.reduce((sum, message) => sum + message.text.length + callsOf(message), 0)
  return Math.ceil(characters / CHARACTERS_A_TOKEN)
}

function callsOf(message: Message): number {
  if (message.role !== 'assistant') return 0
  return message.calls.reduce((sum, call) => sum + call.name.length + call.rawArgs.length, 0)
}

const sizes = new WeakMap<object, number>()

function sizeOf(schema: Record<string, unknown>): number {
  const known = sizes.get(schema)
  if (known !== undefined) return known
  const size = JSON.stringify(schema)?.length ?? 0
  sizes.set(schema, size)
  return size
}
