// What a line means for a form: a value for the field in front, a step back, or an answer to the last question.

import type { FormDialog } from '../../view/dialogs.ts'
import type { FormValue } from '../../view/form/fields.ts'
import { valueIn } from '../../view/form/value.ts'

export type FormReply =
  | { kind: 'filled'; at: number; values: readonly (FormValue | undefined)[] }
  | { kind: 'send' }
  | { kind: 'decline' }
  | { kind: 'unclear'; why: string }

/** The words for the form itself; what else begins with a slash may be a command of the chat. */
export function isForForm(line: string): boolean {
  return /^\s*\/(decline|back)\s*$/i.test(line) || !/^\s*[/／]/.test(line)
}

type Filling = Pick<FormDialog, 'fields' | 'at' | 'values'>

export function formReply(line: string, { fields, at, values }: Filling): FormReply {
  const word = line.normalize('NFKC').trim().toLowerCase()
  if (word === '/decline') return { kind: 'decline' }
  if (word === '/back') return { kind: 'filled', at: Math.max(0, at - 1), values }
  const field = fields[at]
  if (!field) return lastReply(word)
  const given = valueIn(line, field)
  if ('why' in given) return { kind: 'unclear', why: given.why }
  return { kind: 'filled', at: at + 1, values: values.with(at, given.value) }
}

/** Whether it is sent: what is not clearly a yes sends nothing. */
function lastReply(word: string): FormReply {
  if (/^y(es)?$/.test(word)) return { kind: 'send' }
  return /^(no?)?$/.test(word) ? { kind: 'decline' } : { kind: 'unclear', why: 'type y to send it, or n' }
}

/** What goes to the server. */
export function contentOf({ fields, values }: Filling): Record<string, unknown> {
  const given = fields.map((field, i) => [field.name, values[i]] as const)
  return Object.fromEntries(given.filter(([, value]) => value !== undefined))
}
