import type xterm from '@xterm/headless'
import { shapeOf } from './shapes.ts'

/** The colours of a terminal in one of its themes. */
export interface TerminalColours {
  background: string
  text: string
  /** The title bar, and the text in it. */
  bar: string
  title: string
  /** The sixteen colours of the palette, in the order of their codes. */
  palette: readonly string[]
}

export const DARK: TerminalColours = {
  background: '#16181d',
  text: '#dfe3e8',
  bar: '#23262d',
  title: '#9aa2ad',
  palette: [
    ...['#16181d', '#e06c75', '#7fc98a', '#e5c07b', '#6cb0f0', '#c792ea', '#56c8e8', '#dfe3e8'],
    ...['#6b7280', '#ff8a80', '#98e6a5', '#ffd98a', '#8fc7ff', '#ddb3ff', '#8be4f7', '#ffffff'],
  ],
}

export const LIGHT: TerminalColours = {
  background: '#fbfbfa',
  text: '#22262b',
  bar: '#ececea',
  title: '#666c73',
  palette: [
    ...['#22262b', '#b3001b', '#1a6b2f', '#8a5a00', '#1a4fa0', '#7b2fa0', '#00627a', '#ececea'],
    ...['#666c73', '#d11f36', '#2a8a45', '#a66f00', '#2f6bd0', '#9a4fc0', '#0a7f9b', '#ffffff'],
  ],
}

export const CELL = { width: 8.43, height: 18, size: 14, drop: 13.5 }
const EDGE = 16
const BAR = 34
const FONTS = "'DejaVu Sans Mono', Menlo, Consolas, ui-monospace, monospace"

interface Run {
  column: number
  cells: number
  text: string
  style: string
  fill: string | undefined
}

/** These rows of a terminal as a drawing of its window. */
export function svgOf(
  terminal: xterm.Terminal,
  { from, rows, title, colours }: { from: number; rows: number; title: string; colours: TerminalColours },
): string {
  const width = Math.ceil(terminal.cols * CELL.width + 2 * EDGE)
  const height = Math.ceil(rows * CELL.height + BAR + 2 * EDGE)
  const lines = Array.from({ length: rows }, (_, at) => rowOf(terminal, from + at, at, colours))
  const buttons = ['#ff5f57', '#febc2e', '#28c840'].map(
    (fill, at) => `<circle cx="${20 + at * 20}" cy="${BAR / 2}" r="6" fill="${fill}"/>`,
  )
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${width}" height="${height}" rx="10" fill="${colours.background}"/>`,
    `<path d="M0 10a10 10 0 0 1 10-10h${width - 20}a10 10 0 0 1 10 10v${BAR - 10}h-${width}z" fill="${colours.bar}"/>`,
    ...buttons,
    `<text x="${width / 2}" y="${BAR / 2 + 5}" text-anchor="middle" font-family="system-ui, 'DejaVu Sans', sans-serif" font-size="13" fill="${colours.title}">${escaped(title)}</text>`,
    `<g font-family="${FONTS}" font-size="${CELL.size}" fill="${colours.text}" xml:space="preserve">`,
    ...lines,
    '</g></svg>',
    '',
  ].join('\n')
}

function rowOf(terminal: xterm.Terminal, line: number, at: number, colours: TerminalColours): string {
  const y = BAR + EDGE + at * CELL.height
  const runs = runsOf(terminal, line, colours)
  const boxes = runs.flatMap(({ fill, column, cells }) =>
    fill === undefined
      ? []
      : `<rect x="${place(column)}" y="${y}" width="${(cells * CELL.width).toFixed(2)}" height="${CELL.height}" fill="${fill}"/>`,
  )
  const texts = runs.flatMap(({ text, style, column, cells }) => {
    if (text.trim() === '') return []
    const shapes = shapeOf(text, EDGE + column * CELL.width, y, CELL)
    if (shapes) return `<g${style || ` fill="${colours.text}"`}>${shapes}</g>`
    return `<text x="${place(column)}" y="${(y + CELL.drop).toFixed(1)}" textLength="${(cells * CELL.width).toFixed(2)}"${style}>${escaped(text)}</text>`
  })
  return [...boxes, ...texts].join('')
}

function place(column: number): string {
  return (EDGE + column * CELL.width).toFixed(2)
}

/** Cells that look the same, together. */
function runsOf(terminal: xterm.Terminal, line: number, colours: TerminalColours): Run[] {
  const row = terminal.buffer.active.getLine(line)
  const runs: Run[] = []
  for (let column = 0; column < terminal.cols; column++) {
    const cell = row?.getCell(column)
    if (!cell || cell.getWidth() === 0) continue
    const { style, fill } = looksOf(cell, colours)
    const last = runs.at(-1)
    const text = cell.getChars() || ' '
    const joins = isPlain(text) ? last !== undefined && isPlain(last.text) : last?.text[0] === text
    if (last && joins && cell.getWidth() === 1 && last.style === style && last.fill === fill) {
      last.text += text
      last.cells += 1
    } else runs.push({ column, cells: cell.getWidth(), text, style, fill })
  }
  return runs
}

/** Letters of every font, which can be set in one piece. */
function isPlain(text: string): boolean {
  return /^[\u0020-\u024f]+$/u.test(text)
}

function looksOf(cell: xterm.IBufferCell, colours: TerminalColours): Pick<Run, 'style' | 'fill'> {
  const front = colourOf(cell.isFgRGB(), cell.isFgPalette(), cell.getFgColor(), colours) ?? colours.text
  const back = colourOf(cell.isBgRGB(), cell.isBgPalette(), cell.getBgColor(), colours)
  const [text, fill] = cell.isInverse() ? [back ?? colours.background, front] : [front, back]
  const lines = [cell.isUnderline() ? 'underline' : '', cell.isStrikethrough() ? 'line-through' : '']
  const decoration = lines.filter(Boolean).join(' ')
  const style = [
    text === colours.text ? '' : ` fill="${text}"`,
    cell.isBold() ? ' font-weight="bold"' : '',
    cell.isItalic() ? ' font-style="italic"' : '',
    cell.isDim() ? ' opacity="0.62"' : '',
    decoration ? ` text-decoration="${decoration}"` : '',
  ]
  return { style: style.join(''), fill }
}

function colourOf(
  isRgb: boolean,
  isPalette: boolean,
  value: number,
  { palette }: TerminalColours,
): string | undefined {
  if (isRgb) return `#${value.toString(16).padStart(6, '0')}`
  if (!isPalette) return undefined
  return palette[value] ?? cube(value)
}

/** The colours 16 to 255. Source: invisible-island.net/xterm, 256colres. */
function cube(value: number): string {
  if (value >= 232) return grey(8 + (value - 232) * 10)
  const steps = [0, 95, 135, 175, 215, 255]
  const index = value - 16
  const parts = [Math.floor(index / 36), Math.floor(index / 6) % 6, index % 6].map(at => steps[at] ?? 0)
  return `#${parts.map(part => part.toString(16).padStart(2, '0')).join('')}`
}

function grey(level: number): string {
  return `#${level.toString(16).padStart(2, '0').repeat(3)}`
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
