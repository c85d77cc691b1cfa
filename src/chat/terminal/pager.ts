import { passedOn, runOnTerminal, type TerminalProgram } from './program.ts'

/** The person's pager (default: less), with commands that run programs or write files switched off in less. */
export function pagerIn(variables: Record<string, string | undefined>): TerminalProgram {
  // Options such as -F would leave a short text on the screen of the chat.
  const env = { ...passedOn(variables), LESS: '-R', LESSSECURE: '1', LESSHISTFILE: '-' }
  return { command: variables.PAGER?.trim() || 'less', env, variable: 'PAGER' }
}

/** Shows the text until the person leaves the pager, or the signal ends it. Rejects if it cannot be started. */
export async function showInPager(text: string, pager: TerminalProgram, signal?: AbortSignal): Promise<void> {
  await runOnTerminal(pager, { input: text, signal })
}
