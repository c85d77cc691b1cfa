/**
 * Has the terminal put the text on the clipboard of the machine in front of the person, also over ssh.
 * Source: invisible-island.net/xterm/ctlseqs, OSC 52.
 */
export function clipboardText(text: string): string {
  return `\u001b]52;c;${Buffer.from(text, 'utf8').toString('base64')}\u0007`
}
