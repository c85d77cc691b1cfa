import { columnsOf, cut, padded } from '../../../base/text/columns.ts'
import type { Chart } from '../chart.ts'
import { extentsOf } from '../scales.ts'
import type { TimeSeries } from '../series.ts'
import { figuresOf } from '../thin.ts'
import { dateText, numberText, offsetText, timeText } from '../words.ts'
import { openCanvas } from './canvas.ts'
import { timeTicks, valueTicks } from './ticks.ts'

const HEIGHT = 10
/** Of each, where there are several. */
const LOW_HEIGHT = 5
const NARROWEST = 10
const WIDEST = 120

interface Panel {
  columns: number
  lines: number
  from: number
  to: number
  /** Of the labels at the left. */
  margin: number
}

/** The curves below each other, and the axis of time. In at most `width` columns. */
export function plotLines(chart: Chart, width: number): string[] {
  const { series, from, to } = chart
  const isOne = series.length === 1
  const all = extentsOf(series).extents.map(({ min, max }) => valueTicks(min, max, isOne ? 4 : 2))
  const margin = Math.max(...all.flat().map(one => columnsOf(numberText(one))))
  const columns = Math.max(NARROWEST, Math.min(WIDEST, width) - margin - 2)
  const panel = { columns, lines: isOne ? HEIGHT : LOW_HEIGHT, from, to, margin }
  const curves = series.flatMap((one, i) => [
    titleOf(chart, i, figuresOf(one.values).last),
    ...curveLines(one, panel, all[i] ?? []),
  ])
  return [...curves, ...axisLines(panel), ...moreLines(chart)].map(line => cut(line, width))
}

function titleOf({ series, numbers }: Chart, i: number, last = Number.NaN): string {
  const number = series.length > 1 ? `${numbers[i]}  ` : ''
  return `${number}${series[i]?.name ?? ''} · last ${numberText(last)}`
}

function moreLines({ more, call }: Chart): string[] {
  return more > 0 ? [`and ${more} more: /plot ${call} SERIES`] : []
}

/** The curve, and the numbers at its left. */
function curveLines(
  { times, values }: TimeSeries,
  { columns, lines, from, to, margin }: Panel,
  ticks: readonly number[],
): string[] {
  const [bottom = 0, top = 1] = [ticks[0], ticks.at(-1)]
  const [right, down] = [columns * 2 - 1, lines * 4 - 1]
  // Halves, since the whole could be too large for a number.
  const y = (value: number) => Math.round(((top / 2 - value / 2) / (top / 2 - bottom / 2)) * down)
  const x = (time: number) => Math.round(to === from ? 0 : ((time - from) / (to - from)) * right)
  const canvas = openCanvas(columns, lines)
  let before: [number, number] | undefined
  for (const [i, time] of times.entries()) {
    const value = values[i] ?? Number.NaN
    const here: [number, number] | undefined = Number.isNaN(value) ? undefined : [x(time), y(value)]
    if (here) canvas.line(before ?? here, here)
    before = here
  }
  const labels = new Map(ticks.map(one => [Math.floor(y(one) / 4), numberText(one)]))
  return canvas.rows().map((row, i) => {
    const label = labels.get(i)
    return `${padded(label ?? '', margin, 'end')} ${label === undefined ? '│' : '┤'}${row}`.trimEnd()
  })
}

/** `└──┬──`, local times below it, and which day and offset they are of. */
function axisLines({ columns, from, to, margin }: Panel): string[] {
  const { times, areDays } = timeTicks(from, to, Math.max(1, Math.floor(columns / 14)))
  const line = new Array<string>(columns).fill('─')
  let labels = ''
  for (const time of times) {
    const column = Math.round(to === from ? 0 : ((time - from) / (to - from)) * (columns - 1))
    const at = new Date(time)
    const text = areDays ? dateText(at).slice(5) : timeText(at, to - from)
    const start = Math.max(0, Math.min(column - Math.floor(text.length / 2), columns - text.length))
    if (labels !== '' && start < labels.length + 1) continue
    line[column] = '┬'
    labels = `${padded(labels, start)}${text}`
  }
  const indent = ' '.repeat(margin + 1)
  return [`${indent}└${line.join('')}`, `${indent} ${labels}`, `${indent} ${daysText(from, to)}`]
}

function daysText(from: number, to: number): string {
  const [first, last] = [dateText(new Date(from)), dateText(new Date(to))]
  return `${first === last ? first : `${first} – ${last}`}, local time (${offsetText(new Date(to))})`
}
