// Alerts as JSON: Alertmanager's webhook and its API, Prometheus's API, and Grafana's webhook, which adds fields to the first.

import { isRecord, ownValue } from '../../../base/records.ts'
import { type PastedAlert, type PastedAlerts, timeIn } from './pasted.ts'
import { wholeJsonIn } from './whole-json.ts'

/** Undefined if there is no whole JSON with alerts. */
export function alertsInJson(text: string): PastedAlerts | undefined {
  const parts = wholeJsonIn(text).flatMap(({ value, start, from, end }) => {
    const alerts = listed(value).flatMap(one => alertOf(one) ?? [])
    return alerts.length > 0 ? [{ value, start, from, end, alerts }] : []
  })
  const [first] = parts
  const start = first?.from
  const end = parts.at(-1)?.end
  if (start === undefined || end === undefined) return undefined
  const around = parts.map((one, i) => text.slice(parts[i - 1]?.end ?? 0, one.start))
  return {
    alerts: parts.flatMap(one => one.alerts),
    receiver: parts.flatMap(one => receiverOf(one.value) ?? [])[0],
    rest: [...around, text.slice(end), ...parts.flatMap(one => saidBeside(one.value))],
    start,
    end,
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

/** Annotations and links, of a message and of its alerts. */
function saidBeside(value: unknown): string[] {
  const records = [value, ...listed(value)].filter(isRecord)
  return records
    .flatMap(one => [
      ...[one.externalURL, one.generatorURL, one.title, one.message],
      ...[one.annotations, one.commonAnnotations].filter(isRecord).flatMap(Object.values),
    ])
    .filter(one => typeof one === 'string')
}
