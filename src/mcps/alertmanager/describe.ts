// Describes alerts briefly and sorts them, most severe first.
import { capital, countBy, plural, span } from '../page.ts'
import type { Alert } from './api.ts'

export type StateWord = 'active' | 'silenced' | 'inhibited' | 'unprocessed'

const WORST_FIRST = [
  'page',
  'disaster',
  'critical',
  'crit',
  'error',
  'high',
  'major',
  'warning',
  'warn',
  'minor',
]
const LONGEST_NOTE = 200

/** An alert that is both silenced and inhibited counts as silenced, because a person did that. */
export function stateOf({ status }: Alert): StateWord {
  if (status.silencedBy.length > 0) return 'silenced'
  if (status.inhibitedBy.length > 0) return 'inhibited'
  return status.state === 'unprocessed' ? 'unprocessed' : 'active'
}

function severityOf({ labels }: Alert): string {
  return labels.severity || labels.priority || 'none'
}

/** By severity, then oldest first; the fingerprint keeps pages stable. */
export function worstFirst(a: Alert, b: Alert): number {
  return (
    rank(severityOf(a)) - rank(severityOf(b)) ||
    a.startsAt.localeCompare(b.startsAt) ||
    a.fingerprint.localeCompare(b.fingerprint)
  )
}

function rank(severity: string): number {
  const at = WORST_FIRST.indexOf(severity.toLowerCase())
  return at < 0 ? WORST_FIRST.length : at
}

/** Counts over all alerts. */
export function countsOf(alerts: readonly Alert[]) {
  return {
    total: alerts.length,
    by_severity: bySeverity(alerts),
    by_state: countBy(alerts, stateOf),
    by_alertname: countBy(alerts, alert => alert.labels.alertname ?? 'none'),
  }
}

function bySeverity(alerts: readonly Alert[]): Record<string, number> {
  const entries = Object.entries(countBy(alerts, severityOf))
  return Object.fromEntries(entries.sort((a, b) => rank(a[0]) - rank(b[0])))
}

/** `7 alerts firing: 2 critical, 5 warning`, without a full stop. */
export function headline(alerts: readonly Alert[], word: string): string {
  const counted = `${plural(alerts.length, 'alert')}${word === '' ? '' : ` ${word}`}`
  const severities = Object.entries(bySeverity(alerts)).map(([severity, count]) => `${count} ${severity}`)
  return capital(severities.length === 0 ? counted : `${counted}: ${severities.join(', ')}`)
}

/** The short form of an alert. */
export function compact(alert: Alert, now: number) {
  const { alertname, severity, ...labels } = alert.labels
  const { summary, description, message } = alert.annotations
  const note = summary || description || message || ''
  return {
    alertname: alertname ?? 'none',
    severity: severity ?? severityOf(alert),
    state: stateOf(alert),
    since: alert.startsAt,
    age: span((now - Date.parse(alert.startsAt)) / 1000),
    note: note.length > LONGEST_NOTE ? `${note.slice(0, LONGEST_NOTE - 1)}…` : note,
    labels,
    fingerprint: alert.fingerprint,
    ...(alert.status.silencedBy.length > 0 ? { silenced_by: alert.status.silencedBy } : {}),
  }
}
