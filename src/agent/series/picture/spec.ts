import type { TopLevelSpec } from 'vega-lite'
import { wrapped } from '../../../base/text/columns.ts'
import type { Chart } from '../chart.ts'
import { valueTicks } from '../lines/ticks.ts'
import { extentsOf } from '../scales.ts'
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
  const { extents, isShared } = extentsOf(series)
  const ticks = isShared ? extents.slice(0, 1).flatMap(({ min, max }) => valueTicks(min, max, 5)) : []
  const names = series.map(({ name }, i) => (series.length > 1 ? `${chart.numbers[i]}  ${name}` : name))
  return {
    width: 860,
    height: isShared ? 360 : ROW_HEIGHT,
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
        ...(isShared && { scale: { domain: [ticks[0] ?? 0, ticks.at(-1) ?? 1] } }),
        axis: {
          ...{ title: null, domain: false, ticks: false, labelPadding: 8 },
          ...(isShared ? { values: ticks, format: numberFormat(ticks) } : { tickCount: 4, format: '.4~g' }),
        },
      },
      ...(isShared ? {} : { row: { field: 'series', type: 'nominal', sort: names, header: NO_HEADER } }),
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
    ...(isShared ? {} : { resolve: { scale: { y: 'independent' } } }),
    config: {
      font: FONT,
      view: { stroke: null },
      axis: AXIS,
      legend: { labelFontSize: 12, labelColor: INK },
    },
  }
}

/** Of each curve that has a scale of its own. */
const ROW_HEIGHT = 150
/** The colour says which curve it is. */
const NO_HEADER = { title: null, labels: false }

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
