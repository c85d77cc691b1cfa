import type { TopLevelSpec } from 'vega-lite'
import { wrapped } from '../../../base/text/columns.ts'
import type { Chart } from '../chart.ts'
import { valueTicks } from '../lines/ticks.ts'
import { figuresOf } from '../thin.ts'
import { utcRangeText } from '../words.ts'

export interface PictureWords {
  /** What was asked, such as the query. */
  title: string
  /** Whose it is, and which tool returned it. */
  subtitle: string
}

export const FONT = 'DejaVu Sans'

/** Told apart also by people who do not see all colours. */
const COLOURS = ['#0b5fb0', '#d9480f', '#2b8a3e', '#ae3ec9', '#e0a100', '#0b8f9c', '#8c4a2f', '#5c6773']
const INK = '#1b2733'
const GREY = '#5c6773'
const FAINT = '#e4e8ec'

/** Curves over UTC, for vega-lite; all of the data is inside. */
export function pictureSpec(chart: Chart, { title, subtitle }: PictureWords): TopLevelSpec {
  const { series, from, to } = chart
  const ticks = ticksOf(chart)
  const names = series.map(({ name }, i) => (series.length > 1 ? `${chart.numbers[i]}  ${name}` : name))
  return {
    width: 860,
    height: 360,
    padding: 28,
    background: '#ffffff',
    title: { text: titleLines(title), subtitle: [subtitle, rangeWords(chart)], ...TITLE },
    data: { values: rowsOf(chart, names) },
    // Gaps stay gaps.
    mark: { type: 'line', strokeWidth: 2, interpolate: 'linear', strokeJoin: 'round', strokeCap: 'round' },
    encoding: {
      x: {
        field: 'time',
        type: 'temporal',
        scale: { type: 'utc', domain: [from, to] },
        axis: { title: null, grid: false, tickCount: 8, format: timeFormat(to - from), labelPadding: 6 },
      },
      y: {
        field: 'value',
        type: 'quantitative',
        scale: { domain: [ticks[0] ?? 0, ticks.at(-1) ?? 1] },
        axis: {
          title: null,
          values: ticks,
          format: numberFormat(ticks),
          domain: false,
          ticks: false,
          labelPadding: 8,
        },
      },
      color: {
        field: 'series',
        type: 'nominal',
        scale: { domain: names, range: COLOURS },
        legend: {
          title: null,
          orient: 'bottom',
          direction: 'vertical',
          columns: series.length > 4 ? 2 : 1,
          symbolType: 'stroke',
          symbolStrokeWidth: 3,
          labelLimit: series.length > 4 ? 390 : 820,
          offset: 16,
        },
      },
    },
    config: {
      font: FONT,
      view: { stroke: null },
      axis: AXIS,
      legend: { labelFontSize: 12, labelColor: INK },
    },
  }
}

const TITLE = {
  anchor: 'start',
  frame: 'group',
  fontSize: 16,
  lineHeight: 22,
  fontWeight: 'normal',
  color: INK,
  subtitleFontSize: 12,
  subtitleColor: GREY,
  subtitlePadding: 8,
  subtitleLineHeight: 17,
  offset: 22,
  limit: 860,
} as const

const AXIS = {
  labelColor: GREY,
  labelFontSize: 12,
  gridColor: FAINT,
  domainColor: '#aab4bd',
  tickColor: '#aab4bd',
}

/** Wider ones would be cut: widths are estimated, since nothing here can measure them. */
const TITLE_WIDTH = 66

function titleLines(title: string): string[] {
  return wrapped(title, TITLE_WIDTH, { long: 'cut' }).split('\n')
}

function ticksOf({ series }: Chart): number[] {
  const all = series.map(({ values }) => figuresOf(values))
  return valueTicks(Math.min(...all.map(one => one.min)), Math.max(...all.map(one => one.max)), 5)
}

/** As many digits as needed, and powers of ten for what is very large or small. */
function numberFormat(ticks: readonly number[]): string {
  const largest = Math.max(...ticks.map(Math.abs))
  return largest >= 1e9 || largest < 1e-3 ? '.4~g' : ',.6~r'
}

const DAY = 86_400_000

function timeFormat(range: number): string {
  if (range > 6 * DAY) return '%m-%d'
  if (range > DAY) return '%m-%d %H:%M'
  return range < 300_000 ? '%H:%M:%S' : '%H:%M'
}

function rangeWords({ from, to, more }: Chart): string {
  return `${utcRangeText(from, to)}${more > 0 ? ` · ${more} more series are not drawn` : ''}`
}

function rowsOf({ series }: Chart, names: readonly string[]) {
  return series.flatMap(({ times, values }, i) =>
    Array.from(times, (time, at) => {
      const value = values[at] ?? Number.NaN
      return { time, value: Number.isNaN(value) ? null : value, series: names[i] ?? '' }
    }),
  )
}
