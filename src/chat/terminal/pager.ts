import { passedOn, runOnTerminal, type TerminalProgram } from './program.ts'

interface Pager extends TerminalProgram {
  /** Others may show the codes of styles as text. */
  showsStyles: boolean
}

/** In the last line of less, whose own prompt is only a colon. */
const PROMPT = '?e(end) .q leaves, / searches'

/** The person's pager (default: less), with commands that run programs or write files switched off in less. */
export function pagerIn(variables: Record<string, string | undefined>): Pager {
  // Options such as -F would leave a short text on the screen of the chat.
  const env = { ...passedOn(variables), LESS: `-R -Ps${PROMPT}`, LESSSECURE: '1', LESSHISTFILE: '-' }
  const command = variables.PAGER?.trim() || 'less'
  return { command, env, variable: 'PAGER', showsStyles: /^(?:\S*\/)?less(?:\s|$)/.test(command) }
}

/** Shows the text until the person leaves the pager, or the signal ends it. Rejects if it cannot be started. */
export async function showInPager(text: string, pager: TerminalProgram, signal?: AbortSignal): Promise<void> {
  await runOnTerminal(pager, { input: text, signal })
}
