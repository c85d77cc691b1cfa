// What Tab adds to a line.

import { SupportError } from '../../base/errors.ts'
import type { Candidate, ChatContext, SlashCommand } from './command.ts'
import { commandFor, commandsBeginningWith } from './find.ts'

/** The line as Tab completes it, and the candidates if several fit. */
export function complete(line: string, chat: ChatContext): { line: string; candidates: string[] } {
  const [, word, typed = ''] = line.match(/^\/([a-z]+)[ \t]+(.*)$/i) ?? []
  if (word !== undefined) {
    const command = commandFor(word.toLowerCase())
    const candidates = command && candidatesOf(command, chat)
    return command && candidates ? completeArgument(command, typed, candidates) : { line, candidates: [] }
  }
  if (!/^\/[a-z]*$/i.test(line)) return { line, candidates: [] }
  const found = commandsBeginningWith(line.slice(1).toLowerCase())
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
