import { createInterface } from 'node:readline/promises'
import { SupportError } from '../base/errors.ts'

/** Asks a yes/no question; Enter means no. Throws `refused` without a terminal, where nobody could answer. */
export async function askYesNo(question: string, signal: AbortSignal): Promise<boolean> {
  if (!process.stdin.isTTY || !process.stderr.isTTY)
    throw new SupportError('refused', `approval needed: ${question}`, {
      hint: 'run the command in a terminal and approve it there',
    })
  const line = createInterface({ input: process.stdin, output: process.stderr })
  try {
    const answer = await line.question(`${question} [y/N] `, { signal })
    return /^y(es)?$/i.test(answer.trim())
  } finally {
    line.close()
  }
}
