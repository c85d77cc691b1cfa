// What the line being typed can be completed to.

import { SupportError } from '../../../base/errors.ts'
import type { Candidate, ChatContext, SlashCommand } from '../command.ts'
import { commandFor, commandsBeginningWith } from '../find.ts'
import type { Completion, CompletionRow } from './completion.ts'
import { toolWords } from './tool-words.ts'

/** Undefined where nothing fits, or nothing is missing. */
export function completionOf(line: string, cursor: number, chat: ChatContext): Completion | undefined {
  const found = lookedUp(line, cursor, chat)
  const typed = line.slice(found?.from, found?.to)
  const isThere = found?.rows.length === 1 && found.rows[0]?.value === typed
  return found && found.rows.length > 0 && !isThere ? found : undefined
}

function lookedUp(line: string, cursor: number, chat: ChatContext): Completion | undefined {
  if (line.includes('\n') || !line.startsWith('/')) return toolWords(line, cursor, chat)
  if (cursor < line.length) return undefined
  const [, word, typed = ''] = line.match(/^\/([a-z]+)[ \t]+(.*)$/i) ?? []
  const command = word === undefined ? undefined : commandFor(word.toLowerCase())
  if (command) return argumentOf(command, typed, cursor, chat)
  if (!/^\/[a-z]*$/i.test(line)) return undefined
  const rows = commandsBeginningWith(line.slice(1).toLowerCase()).map(one => commandRow(one, chat))
  return { from: 0, to: cursor, about: '/', rows, isOpenEnded: false }
}

function commandRow({ name, usage, summary }: SlashCommand, chat: ChatContext): CompletionRow {
  const needsNoArgument = /^\/[a-z]+( \[.*)?$/.test(usage)
  return {
    value: usage === `/${name}` ? `/${name}` : `/${name} `,
    label: usage,
    summary: typeof summary === 'string' ? summary : summary(chat),
    isWhole: needsNoArgument,
  }
}

function argumentOf(
  command: SlashCommand,
  typed: string,
  to: number,
  chat: ChatContext,
): Completion | undefined {
  const wanted = typed.toLowerCase()
  const begins = (text: string | undefined) => text?.toLowerCase().startsWith(wanted) === true
  const rows = candidatesOf(command, chat, typed)
    .filter(one => begins(one.value) || begins(one.alias))
    .map(({ value, summary = '', isWhole = true }) => ({ value, summary, isWhole }))
  const { name: about, isOpenEnded = false } = command
  return { from: to - typed.length, to, about, rows, isOpenEnded }
}

/** Empty where there are none yet, such as platforms without a key: Enter shows why. */
function candidatesOf({ completion }: SlashCommand, chat: ChatContext, typed: string): readonly Candidate[] {
  try {
    return completion?.(chat, typed) ?? []
  } catch (error) {
    if (error instanceof SupportError) return []
    throw error
  }
}
