import { isRecord } from '../../base/records.ts'
import { jsonIn } from '../evidence/json.ts'
import { named } from './names.ts'
import type { LabelledSeries, TimeSeries } from './series.ts'
import { seriesInList, seriesInRecord } from './shapes/shapes.ts'

const DEEPEST = 12

/** All series in what a tool returned; none for anything else, such as single values. */
export function seriesIn(text: string): TimeSeries[] {
  const json = jsonIn(text)
  if (!json) return []
  const found: LabelledSeries[] = []
  try {
    collect(json.value, 0, found)
    return found.some(({ times }) => (times[0] ?? 0) < (times.at(-1) ?? 0)) ? named(found) : []
  } catch (error) {
    // Labels that are nested too deeply to be written.
    if (!(error instanceof RangeError)) throw error
    return []
  }
}

function collect(value: unknown, depth: number, found: LabelledSeries[]): void {
  if (depth > DEEPEST || typeof value !== 'object' || value === null) return
  const own = isRecord(value) ? seriesInRecord(value) : Array.isArray(value) ? seriesInList(value) : []
  for (const one of own) found.push(one)
  if (own.length === 0) for (const one of Object.values(value)) collect(one, depth + 1, found)
}
