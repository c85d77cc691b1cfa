import type { ToolSpec } from '../platform.ts'
import { changeIn, isChange, withVerb } from './change.ts'
import { fillArguments, withoutValues } from './fill.ts'
import { meaningsOf, wordsOf } from './words.ts'

const MOST_CALLS = 3
const NAME_WEIGHT = 3
const ENOUGH = 2.5

export interface Pick {
  tool: ToolSpec
  args: Record<string, unknown>
}

/**
 * Up to three tools whose names and descriptions match the question best, then those for each of its wishes alone. A question that
 * asks for a change gets none if no tool makes it. Pure.
 */
export function pickTools(asked: string, tools: readonly ToolSpec[]): Pick[] {
  const question = withVerb(asked)
  const picks = picksFor(question, question, tools)
  const wishes = withoutValues(question).split(/\b(?:and|then)\b|;/i)
  for (const wish of wishes.length > 1 ? wishes : [])
    for (const pick of picksFor(wish, question, toolsFor(wish, wishes, tools)).slice(0, 1))
      if (picks.length < MOST_CALLS && !picks.some(one => one.tool === pick.tool)) picks.push(pick)
  const changes = picks.some(({ tool }) => isChange(nameWithoutServer(tool.name)))
  return changeIn(question) !== undefined && !changes ? [] : picks
}

/** Without those that another wish names. */
function toolsFor(wish: string, wishes: readonly string[], tools: readonly ToolSpec[]): ToolSpec[] {
  const own = meaningsOf(wish)
  const others = new Set(wishes.flatMap(wordsOf))
  return tools.filter(tool => nameWords(tool).every(word => own.has(word) || !others.has(word)))
}

/**
 * Each tool is for words that the earlier ones do not cover. The same tool of another server is included.
 * @param whole where the arguments are
 */
function picksFor(question: string, whole: string, tools: readonly ToolSpec[]): Pick[] {
  const open = meaningsOf(question)
  const usable = tools.flatMap(tool => {
    const args = fillArguments(tool.inputSchema, whole)
    return args && isFit(tool, question)
      ? [{ tool, args, names: nameWords(tool), words: textWords(tool) }]
      : []
  })
  const picks: Pick[] = []
  while (picks.length < MOST_CALLS) {
    const [best] = usable
      .map(one => ({ ...one, score: scoreOf(one, open) }))
      .filter(one => one.score >= ENOUGH)
      .sort((a, b) => b.score - a.score)
    if (!best) break
    for (const twin of usable.filter(
      one => nameWithoutServer(one.tool.name) === nameWithoutServer(best.tool.name),
    ))
      if (picks.length < MOST_CALLS) picks.push({ tool: twin.tool, args: twin.args })
    for (const word of [...best.names, ...best.words]) open.delete(word)
  }
  return picks
}

function scoreOf({ names, words }: { names: string[]; words: Set<string> }, open: Set<string>): number {
  const hits = names.filter(word => open.has(word)).length
  if (hits === 0) return 0
  const described = [...words].filter(word => open.has(word) && !names.includes(word)).length
  return hits * NAME_WEIGHT + described * 0.3 - (names.length - hits) * 0.5
}

function isFit(tool: ToolSpec, question: string): boolean {
  const typedWords = new Set(question.toLowerCase().match(/[a-z]+/g) ?? [])
  return nameWithoutServer(tool.name)
    .split(/[_-]/)
    .every(word => !isChange(word) || typedWords.has(word))
}

/** The server in a tool's name; a tool of supportmax itself has none. */
export function serverOf(tool: string): string | undefined {
  return /^(.*?)__/s.exec(tool)?.[1]
}

export function nameWithoutServer(tool: string): string {
  return tool.replace(/^.*?__/s, '')
}

function nameWords(tool: ToolSpec): string[] {
  return [...new Set(wordsOf(nameWithoutServer(tool.name).replace(/[_-]+/g, ' ')))]
}

function textWords(tool: ToolSpec): Set<string> {
  return new Set(wordsOf(`${tool.name.replace(/[_-]+/g, ' ')} ${tool.description}`))
}
