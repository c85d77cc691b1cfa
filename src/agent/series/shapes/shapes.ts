// The forms in which tools return series.

import { isRecord, ownValue } from '../../../base/records.ts'
import { type LabelledSeries, type Labels, sorted } from '../series.ts'
import { numberIn, timeIn } from './points.ts'

/** What is behind each of these names in a list of records. */
const TIME = /^(time|timestamp|ts|at|date)$/i
const VALUE = /^(value|val|v)$/i

/** Of an object: Prometheus's matrix, Grafana's data frame, or two lists side by side. */
export function seriesInRecord(record: Record<string, unknown>): LabelledSeries[] {
  const { values, timestamps, label } = record
  if (isRecord(record.schema) && isRecord(record.data)) return seriesInFrame(record.schema, record.data)
  if (!Array.isArray(values)) return []
  if (Array.isArray(timestamps)) return made({ label }, timestamps, values)
  if (!Array.isArray(values[0])) return []
  const labels = [record.metric, record.labels].find(isRecord) ?? {}
  const part = (at: number) => values.map(one => (Array.isArray(one) ? one[at] : undefined))
  return made(labels, part(0), part(1))
}

/** Of a list: records with a time and a value, a series for each set of their other fields. */
export function seriesInList(list: readonly unknown[]): LabelledSeries[] {
  const [first] = list
  if (!isRecord(first)) return []
  const time = Object.keys(first).find(key => TIME.test(key) && !Number.isNaN(timeIn(first[key])))
  const value = Object.keys(first).find(key => VALUE.test(key) && !Array.isArray(first[key]))
  if (time === undefined || value === undefined) return []
  const rows = list.filter(isRecord)
  const labelsOf = (row: Record<string, unknown>): Labels => {
    const { labels, [time]: _time, [value]: _value, ...others } = row
    return { ...(isRecord(labels) ? labels : {}), ...others }
  }
  return [...Map.groupBy(rows, row => JSON.stringify(labelsOf(row))).values()].flatMap(group =>
    made(
      labelsOf(group[0] ?? {}),
      group.map(row => row[time]),
      group.map(row => row[value]),
    ),
  )
}

/** One series for each field of numbers. */
function seriesInFrame(schema: Record<string, unknown>, data: Record<string, unknown>): LabelledSeries[] {
  const fields = Array.isArray(schema.fields) ? schema.fields.filter(isRecord) : []
  const columns = Array.isArray(data.values) ? data.values : []
  const time = fields.findIndex(({ type }) => type === 'time')
  if (time < 0 || !Array.isArray(columns[time])) return []
  return fields.flatMap((field, i) => {
    const column: unknown = columns[i]
    if (field.type !== 'number' || !Array.isArray(column)) return []
    return made(labelsOfField(field), columns[time], column)
  })
}

function labelsOfField({ name, labels, config }: Record<string, unknown>): Labels {
  const shown = isRecord(config) ? ownValue(config, 'displayNameFromDS') : undefined
  if (typeof shown === 'string' && shown !== '') return { name: shown }
  const own = isRecord(labels) ? labels : {}
  // Grafana calls the field of a single query so.
  return name === 'Value' || name === undefined ? own : { __name__: name, ...own }
}

function made(labels: Labels, times: readonly unknown[], values: readonly unknown[]): LabelledSeries[] {
  const points = sorted(
    Float64Array.from(times, timeIn),
    Float64Array.from(times, (_, i) => numberIn(values[i])),
  )
  return points && points.times.length > 0 ? [{ labels, ...points }] : []
}
