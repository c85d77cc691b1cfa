// What a typed line means, and what Tab adds to it.

import { SupportError } from '../../base/errors.ts'
import { didYouMean } from '../../base/text/words.ts'
import type { Candidate, ChatContext, SlashCommand } from './command.ts'
import { COMMANDS } from './index.ts'

export type TypedLine =
  | { kind: 'question'; text: string }
  | { kind: 'command'; command: SlashCommand; rest: string }
  /** `matches`: the commands that begin with it. */
  | { kind: 'unknown'; word: string; matches: string[] }

/** What a submitted line means. A path or a pasted text that begins with a slash is a question. */
export function parseLine(line: string): TypedLine {
  const match = line.match(/^\/([a-z]+)(?:[ \t]+(.*))?$/)
  if (!match) return { kind: 'question', text: line }
  const [, word = '', rest = ''] = match
  const command = commandFor(word)
  if (command) return { kind: 'command', command, rest: rest.trim() }
  return { kind: 'unknown', word: `/${word}`, matches: beginningWith(word).map(one => `/${one.name}`) }
}

export function unknownText({ word, matches }: Extract<TypedLine, { kind: 'unknown' }>): string {
  if (matches.length > 0) return `${word} is ambiguous: ${matches.join(', ')}`
  const known = COMMANDS.map(one => `/${one.name}`)
  return `unknown command ${word}${didYouMean(word, known)}`
}

/** The line as Tab completes it, and the candidates if several fit. */
export function complete(line: string, chat: ChatContext): { line: string; candidates: string[] } {
  const [, word, typed = ''] = line.match(/^\/([a-z]+)[ \t]+(.*)$/) ?? []
  if (word !== undefined) {
    const command = commandFor(word)
    const candidates = command && candidatesOf(command, chat)
    return command && candidates ? completeArgument(command, typed, candidates) : { line, candidates: [] }
  }
  if (!/^\/[a-z]*$/.test(line)) return { line, candidates: [] }
  const found = beginningWith(line.slice(1))
  const [only, another] = found
  if (only && !another) return { line: `/${only.name}${only.completion ? ' ' : ''}`, candidates: [] }
  const names = found.map(one => `/${one.name}`)
  return { line: commonPrefix(names) || line, candidates: names }
}

/** Empty where there are none yet, such as platforms without a key: Enter shows why. Undefined without completion. */
function candidatesOf({ completion }: SlashCommand, chat: ChatContext): readonly Candidate[] | undefined {
  try {
    return completion?.(chat)
  } catch (error) {
    if (error instanceof SupportError) return []
    throw error
  }
}

function beginningWith(word: string): SlashCommand[] {
  return COMMANDS.filter(one => one.name.startsWith(word))
}

/** The command with this name, or the only one that begins with it. */
function commandFor(word: string): SlashCommand | undefined {
  const found = beginningWith(word)
  return found.find(one => one.name === word) ?? (found.length === 1 ? found[0] : undefined)
}

function completeArgument({ name }: SlashCommand, typed: string, candidates: readonly Candidate[]) {
  const wanted = typed.toLowerCase()
  const begins = (text: string | undefined) => text?.toLowerCase().startsWith(wanted) === true
  const values = candidates.filter(one => begins(one.value) || begins(one.alias)).map(one => one.value)
  const [only, another] = values
  if (only !== undefined && another === undefined) return { line: `/${name} ${only}`, candidates: [] }
  const prefix = commonPrefix(values.filter(begins))
  return { line: `/${name} ${prefix.length > wanted.length ? prefix : typed}`, candidates: values }
}

function commonPrefix(words: string[]): string {
  const [first = ''] = words
  let length = first.length
  for (const word of words) while (!word.startsWith(first.slice(0, length))) length--
  return first.slice(0, length)
}
