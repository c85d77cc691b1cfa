// What /resume lists. Conversations that begin alike must be told apart.

import { costText } from '../../../base/money.ts'
import { counted } from '../../../base/text/amounts.ts'
import { columnsOf, cut } from '../../../base/text/columns.ts'
import { cleanLine } from '../../../base/text/terminal-text.ts'
import type { KeptConversation } from '../../../store/transcripts/conversations.ts'
import { tableText } from '../table.ts'

/** On one screen. */
const MOST = 15
const LONGEST_ALERT = 18
/** With less room for it, the title is below the rest. */
const LEAST_TITLE = 30
const INDENT = '    '
/** What breaking a title between words may take of its two lines. */
const BREAK = 12

interface KeptOptions {
  command: string
  /** Of the screen. */
  columns: number
  /** Id of the conversation on the screen, which is not in the list. */
  current?: string | undefined
  now?: Date
}

export function keptText(list: readonly KeptConversation[], options: KeptOptions): string {
  const more = list.length - MOST
  const shown = list
    .slice(0, MOST)
    .map((one, at) => ({ one, before: [String(at + 1), whenText(one.touchedAt, options.now ?? new Date())] }))
  const title = (one: KeptConversation) =>
    `${originText(one.forkedFrom, list, options.current)}${cleanLine(one.title)}`
  const text = inColumns(shown, title, options.columns) ?? inBlocks(shown, title, options.columns)
  return text + (more > 0 ? `\nand ${more} older: ${options.command} transcript list` : '')
}

interface Shown {
  one: KeptConversation
  /** The cells on the left. */
  before: string[]
}

type TitleOf = (one: KeptConversation) => string

/** With as many columns as leave room for the titles; undefined if there is never enough. */
function inColumns(shown: readonly Shown[], title: TitleOf, columns: number): string | undefined {
  const told = AFTER_TITLE.filter(({ cell, usual }) => shown.some(({ one }) => cell(one) !== usual))
  for (let count = told.length; count > 0; count--) {
    const table = (head: string, titles: TitleOf) => tableOf(shown, told.slice(0, count), { head, titles })
    const taken = Math.max(
      ...table('', () => '')
        .split('\n')
        .map(columnsOf),
    )
    const room = columns - taken
    if (room >= LEAST_TITLE) return table('first question or title', one => cut(title(one), room))
  }
  return undefined
}

function tableOf(
  shown: readonly Shown[],
  after: readonly Column[],
  { head, titles }: { head: string; titles: TitleOf },
): string {
  const heads = ['', 'last', head, ...after.map(one => one.head)]
  const rows = shown.map(({ one, before }) => [...before, titles(one), ...after.map(({ cell }) => cell(one))])
  return tableText([heads, ...rows], { figures: [3] })
}

/** Each title below, in up to two lines. */
function inBlocks(shown: readonly Shown[], title: TitleOf, columns: number): string {
  const room = 2 * (columns - INDENT.length) - BREAK
  return shown
    .map(({ one, before }) => {
      const head = [...before, counted(one.questions, 'question')].join('  ')
      return `${head}\n${INDENT}${cut(title(one), room)}`
    })
    .join('\n')
}

interface Column {
  head: string
  /** A column with nothing else is left out. */
  usual: string
  cell(one: KeptConversation): string
}

/** Where there is too little room, the last one is left out first. */
const AFTER_TITLE: readonly Column[] = [
  { head: 'questions', usual: '', cell: one => String(one.questions) },
  { head: 'alert', usual: '', cell: one => cut(cleanLine(one.alert ?? ''), LONGEST_ALERT) },
  { head: 'cost', usual: '$0', cell: one => costText(one.cost) },
]

/** `fork of 2: `, by the number in the list. */
function originText(
  from: string | undefined,
  list: readonly KeptConversation[],
  current: string | undefined,
): string {
  if (from === undefined) return ''
  if (from === current) return 'fork of this conversation: '
  const at = list.findIndex(one => one.id === from)
  return at < 0 ? 'fork: ' : `fork of ${at + 1}: `
}

/** `today 14:03`, or `26 Nov 14:03`. */
function whenText(at: Date, now: Date): string {
  const time = at.toTimeString().slice(0, 5)
  if (at.toDateString() === now.toDateString()) return `today ${time}`
  return `${at.getDate()} ${at.toLocaleString('en', { month: 'short' })} ${time}`
}
