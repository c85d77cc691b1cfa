import { safeText } from '../../base/records.ts'
import { cleanLine } from '../../base/text/terminal-text.ts'
import type { LabelledSeries, Labels, TimeSeries } from './series.ts'

/** A longer name says no more. In characters. */
const LONGEST = 120
const LONGEST_VALUE = 80
const MOST_LABELS = 20

/** Names each series by the labels in which it differs from the others; a single one by all of them. */
export function named(all: readonly LabelledSeries[]): TimeSeries[] {
  const [first] = all
  const isCommon = (key: string, value: unknown) => all.every(({ labels }) => labels[key] === value)
  const common = new Set(
    all.length === 1
      ? []
      : Object.entries(first?.labels ?? {})
          .filter(([key, value]) => isCommon(key, value))
          .map(([key]) => key),
  )
  const metric = shortValue(first?.labels.__name__)
  return all.map(({ labels, ...rest }, i) => ({
    name: nameOf(labels, common) || metric || `series ${i + 1}`,
    ...rest,
  }))
}

/** `up{job="node"}`, without the labels that say nothing. */
function nameOf(labels: Labels, without: ReadonlySet<string>): string {
  const own = Object.entries(labels).filter(([key]) => !without.has(key))
  const metric = own.find(([key]) => key === '__name__')?.[1]
  const others = own.filter(([key]) => key !== '__name__').slice(0, MOST_LABELS)
  if (others.length === 1 && metric === undefined) return cleanLine(shortValue(others[0]?.[1]), LONGEST)
  const pairs = others.map(([key, value]) => `${key.slice(0, LONGEST_VALUE)}="${shortValue(value)}"`)
  return cleanLine(`${shortValue(metric)}${pairs.length > 0 ? `{${pairs.join(', ')}}` : ''}`, LONGEST)
}

/** Cut before it is cleaned: labels may be of any length. */
function shortValue(value: unknown): string {
  return value === undefined ? '' : cleanLine(safeText(value).slice(0, 1_000), LONGEST_VALUE)
}
