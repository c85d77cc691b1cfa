// What the dry runs of all servers are made of.

import { isRecord } from '../../base/records.ts'
import { cleanLine } from '../../base/text/terminal-text.ts'

/** Calls the first of these tools that is offered, and returns the JSON of its answer. Throws with a reason. */
export type ReadTool = (tools: readonly string[], args: Record<string, unknown>) => Promise<unknown>

export type DryRun = (
  args: Record<string, unknown>,
  known: { read: ReadTool; now: Date },
) => AsyncGenerator<readonly string[]>

export interface Matcher {
  name: string
  /** `=`, `!=`, `=~` or `!~`. */
  operator: string
  value: string
}

export interface MutedAlert {
  labels: Record<string, string>
  /** Besides active: `silenced`. */
  note?: string
}

/** `alertname = "DiskFull"` */
export function matcherLine({ name, operator, value }: Matcher): string {
  return `${name} ${operator} ${JSON.stringify(value)}`
}

/** `alerts with alertname = "DiskFull" and site = "hamburg"` */
export function matchersText(matchers: readonly Matcher[]): string {
  return `alerts with ${matchers.map(matcherLine).join(' and ')}`
}

const MOST_ALERTS = 8
const MOST_LABELS = 4

/** `would mute 2 alerts now:` and their names. @param total if more are known to exist than are listed */
export function alertLines(
  alerts: readonly MutedAlert[],
  words: { some: string; none: string },
  total = alerts.length,
): string[] {
  if (total === 0) return [words.none]
  const listed = alerts.slice(0, MOST_ALERTS).map(alertLine)
  const more = total - listed.length
  const title = `${words.some.replace('#', total === 1 ? '1 alert' : `${total} alerts`)}:`
  return [title, ...listed, ...(more > 0 ? [`  … and ${more} more`] : [])]
}

function alertLine({ labels, note }: MutedAlert): string {
  const { alertname = 'an alert without a name', severity, ...rest } = labels
  const others = Object.entries(rest).filter(([name]) => !name.startsWith('__'))
  const shown = others.slice(0, MOST_LABELS).map(([name, value]) => `${name}=${cleanLine(value, 60)}`)
  const parts = [alertname, severity, ...shown, ...(others.length > MOST_LABELS ? ['…'] : []), note]
  return `  ${parts
    .filter(Boolean)
    .map(one => cleanLine(String(one), 100))
    .join('  ')}`
}

/** The labels that are texts. */
export function labelsOf(value: unknown): Record<string, string> {
  const texts = Object.entries(isRecord(value) ? value : {}).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  )
  return Object.fromEntries(texts)
}

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

export function listOf(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter(isRecord) : []
}
