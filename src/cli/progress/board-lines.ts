// The board as lines of a terminal: one for each customer, more where something is wrong, and what is waited for.

import { counted } from '../../base/text/amounts.ts'
import { columnsOf, cut, padded } from '../../base/text/columns.ts'
import { stateWords } from '../../base/text/state-words.ts'
import { barText } from '../print/bar.ts'
import type { Style } from '../print/printer.ts'
import { STATE_STYLES } from '../print/state-style.ts'
import { type Board, type BoardRow, isReached, type StateEvent } from './board.ts'
import type { Names } from './names.ts'

export interface BoardLayout {
  columns: number
  /** The most lines that may be drawn. */
  rows: number
  names: Names
  style(style: Style, text: string): string
}

/** The whole board while work is in progress: at most `rows` lines, none wider than `columns`. */
export function liveLines(board: Board, seconds: number, layout: BoardLayout): string[] {
  const last = cut(statusLine(board, seconds, layout), layout.columns - 1)
  return [...customerLines(board, 'live', { ...layout, rows: Math.max(1, layout.rows - 1) }), last]
}

/** What remains on the screen at the end. The causes of failures are printed elsewhere. */
export function finalLines(board: Board, layout: BoardLayout): string[] {
  return customerLines(board, 'final', layout)
}

/**
 * One line for each customer. While work is in progress, each of its servers that has failed gets a line below it. If
 * they do not fit, complete customers share one line, and customers that have made progress come first.
 */
function customerLines(board: Board, form: 'live' | 'final', layout: BoardLayout): string[] {
  const byCustomer = Map.groupBy(board.rows.values(), row => row.customer)
  const width = Math.max(0, ...[...byCustomer.keys()].map(id => columnsOf(layout.names.customer(id))))
  const blocks = [...byCustomer].map(([id, rows]) => ({
    rank: rankOf(rows),
    lines: blockOf(id, rows, { ...layout, form, width: Math.min(width, 40) }),
  }))
  const complete = blocks.filter(block => block.rank === 'complete')
  const all = blocks.flatMap(block => block.lines)
  if (all.length <= layout.rows) return all
  const folded = complete.length > 1 ? [layout.style('green', `  ${complete.length} customers complete`)] : []
  const others = complete.length > 1 ? blocks.filter(block => block.rank !== 'complete') : blocks
  const ranked = [
    ...others.filter(one => one.rank !== 'waiting'),
    ...others.filter(one => one.rank === 'waiting'),
  ]
  return [...folded, ...fitted(ranked, layout.rows - folded.length, layout)]
}

type Rank = 'troubled' | 'moving' | 'waiting' | 'complete'

function rankOf(rows: readonly BoardRow[]): Rank {
  if (rows.some(({ verdict }) => verdict && verdict.state !== 'ready')) return 'troubled'
  if (rows.every(isReached)) return 'complete'
  return rows.some(row => row.phase !== 'planned' && row.phase !== 'starting') ? 'moving' : 'waiting'
}

function fitted(blocks: readonly { lines: string[] }[], rows: number, { style }: BoardLayout): string[] {
  const all = blocks.flatMap(block => block.lines)
  if (all.length <= rows) return all
  let left = Math.max(0, rows - 1)
  const shown = blocks.filter(({ lines }) => {
    left -= lines.length
    return left >= 0
  })
  const more = counted(blocks.length - shown.length, shown.length === 0 ? 'customer' : 'more customer')
  return [...shown.flatMap(block => block.lines), style('dim', `  … and ${more}`)]
}

type BlockLayout = BoardLayout & { form: 'live' | 'final'; width: number }

function blockOf(id: string, rows: readonly BoardRow[], layout: BlockLayout): string[] {
  const { columns, form, names, style, width } = layout
  const reached = rows.filter(isReached).length
  const goal = rows.every(row => row.goal === 'removed') ? 'removed' : 'ready'
  const isBad = rankOf(rows) === 'troubled'
  const look = reached === rows.length ? 'green' : isBad ? 'red' : 'dim'
  const count = style(look, `${reached} of ${rows.length} ${goal}`)
  const line = `  ${padded(cut(names.customer(id), width), width)}  ${count}${doingText(rows, style)}`
  const bad = rows.flatMap(({ verdict }) => (verdict && verdict.state !== 'ready' ? [verdict] : []))
  const lines =
    form === 'live'
      ? [line, ...bad.map(one => `    ${one.server}: ${stateOf(one, style)}: ${one.reason}`)]
      : [bad.length > 0 ? `${line}, not ready: ${bad.map(one => one.server).join(', ')}` : line]
  return lines.map(text => cut(text, columns - 1))
}

function stateOf({ state }: StateEvent, style: BoardLayout['style']): string {
  return style(STATE_STYLES[state], stateWords(state))
}

/** What happens to its servers right now. */
function doingText(rows: readonly BoardRow[], style: BoardLayout['style']): string {
  const open = rows.filter(row => row.phase !== 'done')
  const preparing = open.find(row => row.phase === 'preparing')
  if (preparing) return style('dim', ` · ${preparing.server}: ${preparing.doing}`)
  if (open.length === 0 || open.every(row => row.goal === 'removed')) return ''
  const running = open.filter(row => row.phase === 'probing')
  const words = [
    ...(running.length > 0 ? [`waiting for ${running.map(row => row.server).join(', ')}`] : []),
    ...(open.some(row => row.phase === 'starting') ? [`${open.length - running.length} starting`] : []),
  ]
  return words.length > 0 ? style('dim', ` · ${words.join(', ')}`) : ''
}

/** How many have reached their goal, since when, and who is missing. */
function statusLine(board: Board, seconds: number, { columns, names }: BoardLayout): string {
  const rows = [...board.rows.values()]
  const isRemoval = rows.length > 0 && rows.every(row => row.goal === 'removed')
  const counting = isRemoval ? rows : rows.filter(row => row.goal === 'ready')
  const reached = counting.filter(isReached).length
  const time = `${Math.floor(seconds)} s`
  if (board.waiting !== '') return `${time} · ${board.waiting}`
  if (!board.planned) return `${time} · looking at what runs`
  const failed = counting.filter(row => row.phase === 'done').length - reached
  const bar = barText({ reached, failed, total: counting.length }, columns)
  const head = [
    `${bar}${reached} of ${counting.length} ${isRemoval ? 'removed' : 'ready'}`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    time,
  ].join(' · ')
  const open = rows.filter(row => row.phase !== 'done')
  const images = new Set(open.filter(row => row.phase === 'preparing').map(row => row.doing))
  if (images.size > 0) return `${head} · ${[...images].join(', ')}`
  const waitingFor = namesThatFit(open.map(names.server), columns - 1 - columnsOf(head) - WAITING.length)
  return waitingFor === '' ? head : `${head}${WAITING}${waitingFor}`
}

const WAITING = ' · waiting for '

/** `Acme grafana, Globex grafana, +12` in `width` columns; if not even the first name fits, it is cut. */
function namesThatFit(names: readonly string[], width: number): string {
  for (let count = names.length; count > 0; count--) {
    const rest = names.length - count
    const more = rest > 0 ? `, +${rest}` : ''
    const text = names.slice(0, count).join(', ')
    if (columnsOf(text) + more.length <= width) return `${text}${more}`
    if (count === 1) return `${cut(text, Math.max(1, width - more.length))}${more}`
  }
  return ''
}
