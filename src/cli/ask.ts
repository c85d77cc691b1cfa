import { createInterface } from 'node:readline/promises'
import { SupportError } from '../base/errors.ts'

/**
 * Asks a yes/no question; Enter and Ctrl+D mean no. Throws `refused` without a terminal, where nobody could answer, and
 * `interrupted` on Ctrl+C. `hint`: what to do without a terminal.
 */
export async function askYesNo(
  question: string,
  signal: AbortSignal,
  hint = 'run the command in a terminal and approve it there',
): Promise<boolean> {
  if (!process.stdin.isTTY || !process.stderr.isTTY)
    throw new SupportError('refused', `approval needed: ${question}`, { hint })
  const line = createInterface({ input: process.stdin, output: process.stderr })
  // The terminal is in raw mode here, so Ctrl+C is a key and not a signal.
  const ended = new Promise<undefined>((done, fail) => {
    line.once('SIGINT', () => {
      process.stderr.write('\n')
      fail(new SupportError('interrupted', 'interrupted'))
    })
    line.once('close', () => done(undefined))
  })
  try {
    const answer = await Promise.race([line.question(`${question} [y/N] `, { signal }), ended])
    if (answer === undefined) process.stderr.write('\n')
    return /^y(es)?$/i.test(answer?.trim() ?? '')
  } finally {
    line.close()
  }
}
