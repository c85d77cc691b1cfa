const ARGUMENTS = '(?: (?!-)[^\\s`]+)*'

/** Commands that a slash command can replace, unless they have flags. */
const SLASH: [command: RegExp, slash: string][] = [
  ['(up|status)', '/$1'],
  ['tools list', '/tools'],
  ['customers', '/customer'],
  ['platforms', '/platform'],
].map(([words, slash = '']) => [new RegExp(`(?<=^|\`)supportmax ${words}${ARGUMENTS}(?=$|\`)`, 'g'), slash])

function flagInChat(text: string, name: string | undefined): string {
  return name === undefined ? text : `/${name}`
}

/**
 * A hint written for the command line, in the words of the chat: `supportmax up acme` becomes `/up`. Other commands stay, for
 * another terminal; asTyped() makes them work there.
 */
export function inChat(hint: string): string {
  const retried = hint.replace(/^ask again\b/, 'run `/retry`')
  const commands = SLASH.reduce((text, [command, slash]) => text.replace(command, slash), retried)
  // Those of other commands stay as they are.
  return commands.replace(/`supportmax [^`]*`|--(platform|model|customer)\b/g, flagInChat)
}
