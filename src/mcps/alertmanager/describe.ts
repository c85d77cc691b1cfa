// Describes alerts briefly and sorts them, most severe first.
import { capital, capped, countBy, plural, shortened, span, tally } from '../answer/words.ts'
import type { Alert } from './api.ts'
import { severityRank, unknownSeverities } from './severity.ts'

export type StateWord = 'active' | 'silenced' | 'inhibited' | 'muted' | 'suppressed' | 'unprocessed'

/** The word for an alert's severity. */
export type SeverityOf = (alert: Alert) => string

const LONGEST_NOTE = 200

/**
 * An alert that is silenced and inhibited counts as silenced, because a person did that; muted (by a time interval of its
 * route) comes last. `suppressed` = suppressed for a reason that this program does not know.
 */
export function stateOf({ status }: Alert): StateWord {
  if (status.silencedBy?.length) return 'silenced'
  if (status.inhibitedBy?.length) return 'inhibited'
  if (status.mutedBy?.length) return 'muted'
  return status.state
}

/** Reads the severity from this label, else from `severity` or `priority`; `none` without any of them. */
export function severityFrom(label: string): SeverityOf {
  return ({ labels }) => labels[label] || labels.severity || labels.priority || 'none'
}

/** A sorted copy: by severity, then oldest first; the fingerprint keeps pages stable. */
export function worstFirst(alerts: readonly Alert[], severityOf: SeverityOf): Alert[] {
  const keyed = alerts.map(alert => ({
    alert,
    rank: severityRank(severityOf(alert)),
    since: momentOf(alert.startsAt),
  }))
  keyed.sort(
    (a, b) =>
      a.rank - b.rank ||
      compare(a.since, b.since) ||
      compare(a.alert.fingerprint ?? '', b.alert.fingerprint ?? ''),
  )
  return keyed.map(({ alert }) => alert)
}

/** Compares moments, not texts: Alertmanager keeps the sender's time zone. A time that cannot be read comes last. */
export function byTime(a: string, b: string): number {
  return compare(momentOf(a), momentOf(b))
}

function momentOf(text: string): number {
  const ms = Date.parse(text)
  return Number.isNaN(ms) ? Number.POSITIVE_INFINITY : ms
}

function compare<T extends string | number>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** Counts over all alerts. */
export function countsOf(alerts: readonly Alert[], severityOf: SeverityOf) {
  return {
    total: alerts.length,
    by_severity: bySeverity(alerts, severityOf),
    by_state: countBy(alerts, stateOf),
    by_alertname: countBy(alerts, alert => alert.labels.alertname ?? 'none'),
  }
}

function bySeverity(alerts: readonly Alert[], severityOf: SeverityOf): Record<string, number> {
  const counts = [...tally(alerts, severityOf)]
  return capped(counts.sort((a, b) => severityRank(a[0]) - severityRank(b[0])))
}

/** `7 alerts firing: 2 critical, 5 warning`, without a full stop. */
export function headline(alerts: readonly Alert[], word: string, severityOf: SeverityOf): string {
  const counted = `${plural(alerts.length, 'alert')}${word === '' ? '' : ` ${word}`}`
  const severities = Object.entries(bySeverity(alerts, severityOf)).map(([name, count]) => `${count} ${name}`)
  return capital(severities.length === 0 ? counted : `${counted}: ${severities.join(', ')}`)
}

/** Names the severities that are in no list, as a sentence that follows a headline. */
export function unknownIn(alerts: readonly Alert[], severityOf: SeverityOf): string {
  return unknownSeverities(alerts.map(severityOf))
}

/** The short form of an alert. */
export function compact(alert: Alert, severityOf: SeverityOf, now: number) {
  const { alertname, ...labels } = alert.labels
  const severity = severityOf(alert)
  if (labels.severity === severity) delete labels.severity
  const { summary, description, message } = alert.annotations ?? {}
  const { silencedBy, inhibitedBy, mutedBy } = alert.status
  return {
    alertname: alertname ?? 'none',
    severity,
    state: stateOf(alert),
    since: alert.startsAt,
    age: span((now - Date.parse(alert.startsAt)) / 1000),
    note: shortened(summary || description || message || '', LONGEST_NOTE),
    labels,
    fingerprint: alert.fingerprint,
    ...(silencedBy?.length ? { silenced_by: silencedBy } : {}),
    ...(inhibitedBy?.length ? { inhibited_by: inhibitedBy } : {}),
    ...(mutedBy?.length ? { muted_by: mutedBy } : {}),
  }
}
