import type { SlashCommand } from './command.ts'
import { COMMANDS } from './index.ts'

export function commandsBeginningWith(word: string): SlashCommand[] {
  return COMMANDS.filter(one => one.name.startsWith(word))
}

/** The command with this name or alias, or the only one that begins with it. */
export function commandFor(word: string): SlashCommand | undefined {
  const found = commandsBeginningWith(word)
  return (
    found.find(one => one.name === word) ??
    COMMANDS.find(one => one.alias === word) ??
    (found.length === 1 ? found[0] : undefined)
  )
}
