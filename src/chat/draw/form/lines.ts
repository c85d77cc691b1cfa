// What a server asks, as lines: in a frame, and for a screen reader.

import { cut } from '../../../base/text/columns.ts'
import { visible } from '../../../base/text/terminal-text.ts'
import type { FormDialog } from '../../view/dialogs.ts'
import type { FormField } from '../../view/form/fields.ts'
import { exampleOf, rangeText, valueText } from '../../view/form/value.ts'
import type { ChatCustomer } from '../../view/view.ts'
import { NOT_READY } from '../text/frame.ts'
import { type Piece, wrapped } from '../text/wrap.ts'

export interface FormParts {
  /** Who asks, for whom, and what it says. */
  head: Piece[][]
  /** What is filled in by now. */
  filled: Piece[][]
  /** The field in front, or the last question. */
  front: Piece[][]
}

/** Of what the server says. */
const MOST_ROWS = 6

export function formParts(
  dialog: FormDialog,
  { customer, width }: { customer: ChatCustomer; width: number },
): FormParts {
  const { server, message, fields, at, values, address } = dialog
  const prod: Piece[] = customer.production ? [{ text: ' ' }, { text: 'PROD', tones: ['prod'] }] : []
  const who: Piece[] = [
    { text: visible(server), tones: ['strong'] },
    { text: ' asks you, for ' },
    { text: visible(customer.name), tones: ['customer'] },
    ...prod,
  ]
  const note = address ? 'supportmax does not open it' : 'your answers go to the server'
  return {
    head: [
      ...wrapped(who, width),
      ...wrapped([{ text: `The server asks this, not supportmax; ${note}.`, tones: ['quiet'] }], width),
      ...wrapped([{ text: `“${visible(message)}”` }], width, 1).slice(0, MOST_ROWS),
    ],
    filled: fields
      .slice(0, at)
      .flatMap((field, i) => wrapped(filledPieces(field, valueText(values[i], field)), width, 2).slice(0, 2)),
    front: [...frontRows(dialog, width), ...answerRows(dialog, width)],
  }
}

/** The same as plain text, without a frame. */
export function formLines(dialog: FormDialog, options: { customer: ChatCustomer; width: number }): string[] {
  const { head, filled, front } = formParts(dialog, options)
  // A screen reader has read out what is filled in.
  const isLast = dialog.at >= dialog.fields.length
  const rows = [...(dialog.at === 0 || isLast ? head : []), ...(isLast ? filled : []), ...front]
  return rows.map(row => row.map(one => one.text).join(''))
}

/** In front of what is typed, in columns. */
const LONGEST_ASKED = 24

/** The words in front of what is typed. */
export function askedFor({ fields, at, server, address }: FormDialog): string {
  const field = fields[at]
  if (field) return `${cut(visible(field.title), LONGEST_ASKED)}: `
  return address ? 'did you open it? [y/N] ' : `send to ${server}? [y/N] `
}

function filledPieces({ title }: FormField, value: string): Piece[] {
  const shown: Piece = value === '' ? { text: '(nothing)', tones: ['quiet'] } : { text: visible(value) }
  return [{ text: `${visible(title)}: `, tones: ['quiet'] }, shown]
}

function frontRows({ fields, at, address, server }: FormDialog, width: number): Piece[][] {
  const field = fields[at]
  if (field) return fieldRows(field, `${at + 1} of ${fields.length}`, width)
  if (!address) return wrapped([{ text: `Send this to ${visible(server)}?`, tones: ['strong'] }], width)
  return [
    ...wrapped(
      [{ text: 'It wants you to open a page of ' }, { text: address.host, tones: ['strong'] }],
      width,
    ),
    ...wrapped([{ text: address.text, tones: ['link'] }], width),
    ...wrapped([{ text: 'Open it only if you know this host.' }], width),
  ]
}

function fieldRows(field: FormField, place: string, width: number): Piece[][] {
  const { title, about, options, standard } = field
  const list = options.map((one, i) => `${i + 1} ${visible(one.label)}`).join(' · ')
  const text = valueText(standard, field)
  return [
    ...wrapped(
      [
        { text: `${place}  `, tones: ['quiet'] },
        { text: visible(title), tones: ['strong'] },
        { text: ` (${kindWords(field)})`, tones: ['quiet'] },
      ],
      width,
      2,
    ),
    ...(about ? wrapped([{ text: `  “${visible(about)}”` }], width, 3) : []),
    ...(list ? wrapped([{ text: `  ${list}` }], width, 2) : []),
    ...(text ? wrapped([{ text: `  Enter: ${visible(text)}`, tones: ['quiet'] }], width, 2) : []),
  ]
}

/** `whole number from 1 to 100, required` */
function kindWords(field: FormField): string {
  const { kind, isRequired, least, most } = field
  const range = least === undefined && most === undefined ? '' : ` ${rangeText(least, most)}`
  const example = exampleOf(field)
  const words = {
    text: example === undefined ? 'text' : `as in ${example}`,
    number: `number${range}`,
    integer: `whole number${range}`,
    boolean: 'y or n',
    choice: 'choose one',
    choices: `choose some, such as 1, 2`,
  }[kind]
  return `${words}${isRequired ? ', required' : ''}`
}

function answerRows({ ready, fields, at }: FormDialog, width: number): Piece[][] {
  const back = at > 0 ? '/back · ' : ''
  const words = ready
    ? fields[at]
      ? `Enter takes it · ${back}/decline · Esc cancels`
      : `y yes · Enter or n: no · ${back}Esc cancels`
    : NOT_READY
  return wrapped([{ text: words, tones: ['quiet'] }], width)
}
