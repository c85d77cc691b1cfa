// Alerts as JSON: Alertmanager's webhook and its API, Prometheus's API, and Grafana's webhook, which adds fields to the first.

import { isRecord, ownValue } from '../../base/records.ts'
import { type PastedAlert, type PastedAlerts, timeIn } from './pasted.ts'

/** Undefined if there is no whole JSON with alerts. */
export function alertsInJson(text: string): PastedAlerts | undefined {
  const starts = text.matchAll(/[[{](?=\s*["[{])/g)
  let past = 0
  for (const { index } of starts) {
    if (index < past) continue
    const end = endOfJson(text, index)
    if (end === undefined) return undefined
    const value = parsed(text.slice(index, end))
    const alerts = listed(value).flatMap(one => alertOf(one) ?? [])
    if (alerts.length > 0) return { alerts, receiver: receiverOf(value), start: index, end }
    past = end
  }
  return undefined
}

/** Behind the bracket that closes the one at `start`. */
function endOfJson(text: string, start: number): number | undefined {
  const marks = /["[\]{}]/g
  marks.lastIndex = start
  let depth = 0
  for (let mark = marks.exec(text); mark; mark = marks.exec(text)) {
    if (mark[0] === '"') {
      const end = endOfString(text, mark.index)
      if (end === undefined) return undefined
      marks.lastIndex = end
    } else depth += mark[0] === '[' || mark[0] === '{' ? 1 : -1
    if (depth === 0) return marks.lastIndex
  }
  return undefined
}

function endOfString(text: string, start: number): number | undefined {
  const marks = /["\\]/g
  marks.lastIndex = start + 1
  for (let mark = marks.exec(text); mark; mark = marks.exec(text)) {
    if (mark[0] === '"') return marks.lastIndex
    marks.lastIndex++
  }
  return undefined
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The alerts of an answer or a message, of a list, of groups, or the one alert. */
function listed(value: unknown): unknown[] {
  if (Array.isArray(value)) return value.flatMap(one => (isGroup(one) ? one.alerts : [one]))
  if (isGroup(value)) return value.alerts
  if (isRecord(value) && isGroup(value.data)) return value.data.alerts
  return [value]
}

function isGroup(value: unknown): value is { alerts: unknown[] } {
  return isRecord(value) && Array.isArray(value.alerts)
}

function alertOf(value: unknown): PastedAlert | undefined {
  if (!isRecord(value) || !isRecord(value.labels)) return undefined
  const begin = value.startsAt ?? value.activeAt
  if (ownValue(value.labels, 'alertname') === undefined && begin === undefined) return undefined
  const labels = new Map(
    Object.entries(value.labels).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  )
  if (labels.size === 0) return undefined
  const source = value.generatorURL
  return {
    labels,
    state: stateOf(value),
    startsAt: timeIn(begin),
    source: typeof source === 'string' && source !== '' ? source : undefined,
  }
}

const STATES: Record<string, PastedAlert['state']> = {
  firing: 'firing',
  alerting: 'firing',
  active: 'firing',
  resolved: 'resolved',
  suppressed: 'suppressed',
}

/** `status` is a word in a webhook, and has a `state` in the API. */
function stateOf({ status, state }: Record<string, unknown>): PastedAlert['state'] {
  const word = isRecord(status) ? status.state : (status ?? state)
  return typeof word === 'string' && Object.hasOwn(STATES, word) ? STATES[word] : undefined
}

function receiverOf(value: unknown): string | undefined {
  const [first] = Array.isArray(value) ? value : [value]
  if (!isRecord(first)) return undefined
  const { receiver, receivers } = first
  const named: unknown = Array.isArray(receivers) ? receivers[0] : receiver
  const name = isRecord(named) ? named.name : named
  return typeof name === 'string' && name !== '' ? name : undefined
}
