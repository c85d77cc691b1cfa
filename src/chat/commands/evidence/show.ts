import type { Evidence } from '../../../agent/evidence/book.ts'
import { evidenceText } from '../../../agent/evidence-text.ts'
import { reasonOf, SupportError } from '../../../base/errors.ts'
import { countText } from '../../../base/text/amounts.ts'
import { columnsOf } from '../../../base/text/columns.ts'
import { cleanLine } from '../../../base/text/terminal-text.ts'
import type { Candidate, ChatContext, PageForm, SlashCommand } from '../command.ts'

export const show: SlashCommand = {
  name: 'show',
  alias: 'result',
  usage: '/show [NUMBER]',
  summary: 'show all that a tool call returned, such as [3]; without a number, the last one',
  completion: evidenceNumbers,
  run: (chat, rest) => paged(chat, evidenceText(evidenceIn(chat, rest), chat.customer())),
}

/** More would block the screen. In characters. */
const MOST_ON_SCREEN = 20_000

/** Shows a text in the pager; without one, its beginning in the chat. */
export async function paged({ page, note }: ChatContext, text: string, form?: PageForm): Promise<void> {
  try {
    await page(text, form)
  } catch (error) {
    note(`${reasonOf(error)}; here is the text`, 'warn', 'set PAGER to a program such as less')
    shownHere({ note }, text)
  }
}

const USUAL_COLUMNS = 80

/** Of the screen. */
export function columnsHere({ size }: Pick<ChatContext, 'size'>): number {
  return size?.().columns ?? USUAL_COLUMNS
}

/** What was typed, the prompt, the status line, and the empty lines between them. */
const PROMPT_ROWS = 6

/**
 * Whether these lines can be seen at once below what was typed; true where there is no screen.
 *
 * @param hang columns by which the rest of a long line is indented
 */
export function fitsHere({ size }: Pick<ChatContext, 'size'>, lines: readonly string[], hang = 0): boolean {
  if (!size) return true
  const { columns, rows } = size()
  // Words that do not fit leave a part of a row blank.
  const room = Math.max(1, 0.8 * (columns - hang))
  const needed = lines.reduce((sum, line) => sum + Math.max(1, Math.ceil((columnsOf(line) - hang) / room)), 0)
  return needed + PROMPT_ROWS <= rows
}

/** Its beginning, in the chat. */
export function shownHere({ note }: Pick<ChatContext, 'note'>, text: string): void {
  const left = text.length - MOST_ON_SCREEN
  note(text.slice(0, MOST_ON_SCREEN) + (left > 0 ? `\n… and ${countText(left)} more characters` : ''))
}

/** The call that a person names, as in `3` or `[3]`; the last one for no words. Throws `usage` for one that there is not. */
export function evidenceIn({ session, customer }: ChatContext, words: string): Evidence {
  const book = session.evidence(customer().id)
  const last = book.all().at(-1)
  if (!last) throw new SupportError('usage', 'no tool has been called in this conversation')
  if (words === '') return last
  const number = /^\[?#?(\d+)\]?$/.exec(words)?.[1]
  const found = number === undefined ? undefined : book.find(Number(number))
  if (found) return found
  const what =
    number === undefined ? `"${words}" is not the number of a tool call` : `there is no result ${words}`
  throw new SupportError('usage', what, {
    hint:
      last.number === 1 ? 'there is only [1]' : `use a number from 1 to ${last.number}, such as \`/show 1\``,
  })
}

/** For the list. */
export function evidenceNumbers({ session, customer }: ChatContext): Candidate[] {
  const calls = session.evidence(customer().id).all()
  // The last one is asked for most.
  return calls
    .map(one => ({ value: String(one.number), summary: cleanLine(`${one.server} · ${one.tool}`) }))
    .reverse()
}
