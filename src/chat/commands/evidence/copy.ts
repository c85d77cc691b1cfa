import { SupportError } from '../../../base/errors.ts'
import { redact } from '../../../base/redact.ts'
import { bytes } from '../../../base/text/amounts.ts'
import { clean } from '../../../base/text/terminal-text.ts'
import type { ChatContext, SlashCommand } from '../command.ts'
import { evidenceIn, evidenceNumbers } from './show.ts'

/** Many terminals take no more, and say nothing. */
const MOST_BYTES = 100_000

export const copy: SlashCommand = {
  name: 'copy',
  usage: '/copy [NUMBER]',
  summary: 'copy the last answer to the clipboard, or what a tool call returned',
  completion: evidenceNumbers,
  run(chat, rest) {
    // What is pasted into a shell must not press keys there.
    const text = harmless(rest === '' ? lastAnswer(chat) : evidenceIn(chat, rest).text())
    const size = Buffer.byteLength(text)
    if (size > MOST_BYTES)
      throw new SupportError('usage', `${bytes(size)} is too much for a terminal's clipboard`, {
        hint: rest === '' ? 'write it to a file with `/save FILE.md`' : `type \`/show ${rest}\` to read it`,
      })
    chat.copy(text)
    chat.note(`copied ${bytes(size)}`, 'good', 'if your clipboard is empty, allow OSC 52 in your terminal')
  },
}

function lastAnswer({ session, customer }: ChatContext): string {
  const answer = session.story(customer().id).findLast(one => one.end?.type === 'answer')?.end
  if (answer?.type !== 'answer') throw new SupportError('usage', 'there is no answer to copy yet')
  return answer.text
}

/** A shell into which it is pasted must not get control characters. Tabs stay: they separate columns. */
function harmless(text: string): string {
  return redact(text).split('\t').map(clean).join('\t')
}
