import { countText } from '../../../base/text/amounts.ts'
import { columnsOf, padded } from '../../../base/text/columns.ts'
import type { TimeSeries } from '../series.ts'
import { dateText, numberText, offsetText, timeText } from '../words.ts'
import { shortName } from './short-name.ts'

/** What fits side by side, and what a person still reads. */
const MOST_SERIES = 5
const MOST_TIMES = 200
const WIDEST_NAME = 22

/** A line for each time, with the values of all series; empty if there are too many of either. Times are local. */
export function pointLines(all: readonly TimeSeries[]): string[] {
  const times = [...new Set(all.flatMap(one => [...one.times]))].sort((a, b) => a - b)
  const [first, last] = [times[0], times.at(-1)]
  if (first === undefined || last === undefined || all.length > MOST_SERIES) return []
  if (times.length > MOST_TIMES) return [`${countText(times.length)} times: \`/plot\` draws them`]
  const values = all.map(
    ({ times: own, values }) => new Map([...own].map((time, i) => [time, values[i] ?? Number.NaN])),
  )
  const zone = offsetText(new Date(last))
  const rows = [
    [zone, ...all.map(({ name }) => shortName(name, WIDEST_NAME))],
    ...times.map(time => [
      `${dateText(new Date(time))} ${timeText(new Date(time), last - first)}`,
      ...values.map(one => numberText(one.get(time) ?? Number.NaN)),
    ]),
  ]
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map(row => columnsOf(row[i] ?? ''))))
  return rows.map(row =>
    row
      .map((cell, i) => padded(cell, widths[i] ?? 0, i === 0 ? 'start' : 'end'))
      .join('  ')
      .trimEnd(),
  )
}
