/** A hint of the command line in the words of the chat: its flags are commands of the same names here. */
export function inChat(hint: string): string {
  return hint.replace(/--(platform|model|customer)\b/g, '/$1')
}
