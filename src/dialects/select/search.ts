import type { ToolSpec } from '../../platforms/platform.ts'

/** Weights of a word: in the name, in an argument's name, in the description. */
const NAME = 3
const ARGUMENT = 1.5
const DESCRIPTION = 1
/** Factor when only the beginning matches: alert, alerting. */
const BEGINNING = 0.5
const SHORTEST_BEGINNING = 4
/** Further words of a description are ignored; otherwise long descriptions would win by their length. */
const MOST_WORDS = 120

/** Words that occur in every question and description. */
const EMPTY = new Set(
  'a an and any are as at be by can do does for from get give has have how i if in is it its me my of on or our please show tell that the their there this to use was we what when where which who why with you your'.split(
    ' ',
  ),
)

interface Indexed {
  name: string
  description: string
  weights: ReadonlyMap<string, number>
}

export interface RankedTool {
  spec: ToolSpec
  /** 0 = no word in common. */
  score: number
}

/** The tools that match a query, best first. Pure. */
export function searchTools(specs: readonly ToolSpec[], query: string, most = 10): ToolSpec[] {
  return rankTools(specs, query)
    .filter(one => one.score > 0)
    .sort((a, b) => b.score - a.score)
    .slice(0, most)
    .map(one => one.spec)
}

/** Every tool with its score, in the original order: rare words count more, and names more than descriptions. */
export function rankTools(specs: readonly ToolSpec[], query: string): RankedTool[] {
  const wanted = [...new Set(wordsOf(query))]
  const tools = specs.map(spec => ({ spec, weights: indexOf(spec).weights }))
  const rarity = new Map(
    wanted.map(word => [
      word,
      rarityOf(tools.filter(one => hit(one.weights, word) > 0).length, tools.length),
    ]),
  )
  return tools.map(({ spec, weights }) => {
    const scores = wanted.map(word => hit(weights, word) * (rarity.get(word) ?? 0))
    return { spec, score: scores.reduce((sum, score) => sum + score, 0) }
  })
}

/** Normalized words: camelCase and under_scores split, plurals folded, filler words removed. */
export function wordsOf(text: string): string[] {
  const parts = text.replace(/(\p{Ll}|\d)(\p{Lu})/gu, '$1 $2').replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
  const words = parts.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []
  return words.filter(word => !EMPTY.has(word)).map(singular)
}

function rarityOf(count: number, all: number): number {
  return Math.log(1 + (all - count + 0.5) / (count + 0.5))
}

function hit(weights: ReadonlyMap<string, number>, word: string): number {
  const whole = weights.get(word)
  if (whole !== undefined) return whole
  if (word.length < SHORTEST_BEGINNING) return 0
  let best = 0
  for (const [other, weight] of weights) {
    const isNear = other.startsWith(word) || (other.length >= SHORTEST_BEGINNING && word.startsWith(other))
    if (isNear) best = Math.max(best, weight * BEGINNING)
  }
  return best
}

function singular(word: string): string {
  if (word.length <= 3 || !word.endsWith('s') || /(ss|us|is)$/.test(word)) return word
  if (word.endsWith('ies')) return `${word.slice(0, -3)}y`
  return /(ch|sh|x|ss)es$/.test(word) ? word.slice(0, -2) : word.slice(0, -1)
}

const indexes = new WeakMap<object, Indexed>()

/** Cached by the schema's identity while name and description stay the same, because each turn makes new specs. */
function indexOf(spec: ToolSpec): Indexed {
  const { name, description, inputSchema } = spec
  const isKeyed = typeof inputSchema === 'object' && inputSchema !== null
  const known = isKeyed ? indexes.get(inputSchema) : undefined
  if (known && known.name === name && known.description === description) return known
  const made = { name, description, weights: weightsOf(spec) }
  if (isKeyed) indexes.set(inputSchema, made)
  return made
}

function weightsOf({ name, description, inputSchema }: ToolSpec): Map<string, number> {
  const weights = new Map<string, number>()
  const add = (words: string[], weight: number) => {
    for (const word of words) weights.set(word, Math.max(weight, weights.get(word) ?? 0))
  }
  const { properties } = (inputSchema ?? {}) as { properties?: unknown }
  const args = typeof properties === 'object' && properties !== null ? Object.keys(properties) : []
  add(wordsOf(description).slice(0, MOST_WORDS), DESCRIPTION)
  add(wordsOf(args.join(' ')), ARGUMENT)
  add(wordsOf(name), NAME)
  return weights
}
