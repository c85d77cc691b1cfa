// An alert in a few words, for its mark in the prompt.

import { counted } from '../../base/text/amounts.ts'
import { alertsIn, shownLabel } from './find.ts'
import type { PastedAlert, PastedAlerts } from './formats/pasted.ts'

const LONGEST_NAME = 40
/** A weekday names a day without doubt. */
const SIX_DAYS = 6 * 86_400_000

/** `HighErrorRate, critical, firing since 14:02`; for several `3 alerts: HighErrorRate, critical, firing since 14:02`. */
export function alertWords({ alerts }: PastedAlerts, now: Date): string {
  const name = same(alerts, one => one.labels.get('alertname'))
  const severity = same(alerts, one => one.labels.get('severity'))
  const state = same(alerts, one => one.state)
  const since = earliest(alerts)
  const words = [
    name ?? (alerts.length > 1 ? `${new Set(alerts.map(nameOf)).size} names` : 'without a name'),
    ...(severity === undefined ? [] : [severity]),
    [state ?? '', since && state !== 'resolved' ? `since ${moment(since, now)}` : ''].join(' ').trim(),
  ]
  const text = words.map(one => shownLabel(one, LONGEST_NAME).replace(/[[\]]/g, '')).filter(Boolean)
  return `${alerts.length > 1 ? `${counted(alerts.length, 'alert')}: ` : ''}${text.join(', ')}`
}

/** A question with `[alert HighErrorRate, critical]` in place of the alert that was pasted. */
export function alertTitle(question: string, at: Date): string {
  const found = alertsIn(question)
  if (!found) return question
  const mark = `[${found.alerts.length > 1 ? '' : 'alert '}${alertWords(found, at)}]`
  return `${question.slice(0, found.start)}${mark}${question.slice(found.end)}`
}

function nameOf({ labels }: PastedAlert): string {
  return labels.get('alertname') ?? ''
}

/** What all of them have; undefined if they differ. */
function same(
  alerts: readonly PastedAlert[],
  of: (alert: PastedAlert) => string | undefined,
): string | undefined {
  const [first] = alerts
  const value = first && of(first)
  return alerts.every(one => of(one) === value) ? value : undefined
}

function earliest(alerts: readonly PastedAlert[]): Date | undefined {
  return alerts
    .flatMap(one => one.startsAt ?? [])
    .reduce<Date | undefined>((first, one) => (first && first <= one ? first : one), undefined)
}

/** On the clock of the person: `14:02`, `Thu 14:02`, `3 Nov 14:02`, `3 Nov 2025 14:02`. */
function moment(at: Date, now: Date): string {
  const time = at.toTimeString().slice(0, 5)
  if (at.toDateString() === now.toDateString()) return time
  const isNear = Math.abs(now.getTime() - at.getTime()) < SIX_DAYS
  const year = at.getFullYear() === now.getFullYear() ? {} : ({ year: 'numeric' } as const)
  const day = isNear
    ? ({ weekday: 'short' } as const)
    : ({ day: 'numeric', month: 'short', ...year } as const)
  return `${at.toLocaleDateString('en-GB', day)} ${time}`
}
