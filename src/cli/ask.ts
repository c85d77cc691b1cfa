import { createInterface } from 'node:readline/promises'
import { SupportError } from '../base/errors.ts'

/** One question with a yes or a no; Enter is no. Without a terminal it is refused: nobody could answer. */
export async function askYesNo(question: string, signal: AbortSignal): Promise<boolean> {
  if (!process.stdin.isTTY || !process.stderr.isTTY)
    throw new SupportError('refused', `this needs a yes from a person: ${question}`, {
      hint: 'type the command in a terminal',
    })
  const line = createInterface({ input: process.stdin, output: process.stderr })
  try {
    const answer = await line.question(`${question} [y/N] `, { signal })
    return /^y(es)?$/i.test(answer.trim())
  } finally {
    line.close()
  }
}
