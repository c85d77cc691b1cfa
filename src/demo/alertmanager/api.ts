// A simulated Alertmanager: API v2 as documented, with alerts that never resolve.
import { createHash } from 'node:crypto'
import { type AlertmanagerData, durationOf } from '../data.ts'
import { ok, type SimulatedReply, type SimulatedRequest, type System } from '../reply.ts'
import { fits, type Labels, matchersOf, parseMatcher } from './matching.ts'
import { answerSilences, firstSilences, mutedBy, type Silences } from './silences.ts'

interface Alert {
  labels: Labels
  annotations: Record<string, string>
  fingerprint: string
  startsAt: string
  endsAt: string
  updatedAt: string
  generatorURL: string
  receivers: { name: string }[]
  status: { state: 'active' | 'suppressed'; silencedBy: string[]; inhibitedBy: string[]; mutedBy: string[] }
}

/** One simulated Alertmanager, started at `start` (milliseconds since 1970). */
export function simulatedAlertmanager(data: AlertmanagerData, start: number): System {
  const silences = firstSilences(data.silences, start)
  return (seen, now) => {
    if (seen.path === '/-/healthy' || seen.path === '/-/ready') return ok('OK')
    const silenced = answerSilences(silences, seen, now)
    if (silenced) return silenced
    if (seen.method !== 'GET') return { status: 405, json: { code: 405, message: 'method not allowed' } }
    if (seen.path === '/api/v2/status') return ok(status(data, start))
    if (seen.path === '/api/v2/receivers') return ok(data.receivers.map(name => ({ name })))
    if (seen.path === '/api/v2/alerts') return selected(data, silences, seen, start, now, alerts => alerts)
    if (seen.path === '/api/v2/alerts/groups')
      return selected(data, silences, seen, start, now, alerts => grouped(alerts, data.groupBy))
    return { status: 404, json: { code: 404, message: `path ${seen.path} was not found` } }
  }
}

function status(data: AlertmanagerData, start: number) {
  return {
    cluster: { status: 'disabled', peers: [] },
    config: { original: 'route:\n  receiver: made-up\n' },
    uptime: new Date(start - durationOf(data.upFor)).toISOString(),
    versionInfo: { version: data.version, branch: 'demo', revision: 'demo', goVersion: 'go1.23' },
  }
}

function selected(
  data: AlertmanagerData,
  silences: Silences,
  seen: SimulatedRequest,
  start: number,
  now: number,
  shape: (alerts: Alert[]) => unknown,
): SimulatedReply {
  const texts = seen.query.getAll('filter')
  const bad = texts.find(text => !parseMatcher(text))
  if (bad !== undefined) return { status: 400, json: `bad matcher format: ${bad}` }
  const wants = (name: string) => seen.query.get(name) !== 'false' // all four default to true
  const receiver = seen.query.get('receiver')
  const alerts = allAlerts(data, silences, start, now).filter(
    ({ labels, status, receivers }) =>
      fits(labels, matchersOf(texts)) &&
      (wants('active') || status.state !== 'active') &&
      (wants('silenced') || status.silencedBy.length === 0) &&
      (wants('inhibited') || status.inhibitedBy.length === 0) &&
      (receiver === null || receivers.some(({ name }) => new RegExp(`^(?:${receiver})$`).test(name))),
  )
  return ok(shape(alerts))
}

function allAlerts(data: AlertmanagerData, silences: Silences, start: number, now: number): Alert[] {
  const iso = (ms: number) => new Date(ms).toISOString()
  return data.alerts.map(({ startedAgo, labels, annotations }) => {
    const silencedBy = mutedBy(silences, labels, now)
    const inhibitedBy = inhibitors(data, labels)
    return {
      labels,
      annotations,
      fingerprint: fingerprint(labels),
      startsAt: iso(start - durationOf(startedAgo)),
      endsAt: iso(now + 300_000),
      updatedAt: iso(now),
      generatorURL: `http://prometheus.example/graph?g0.expr=${encodeURIComponent(labels.alertname ?? '')}`,
      receivers: [{ name: receiverOf(data, labels) }],
      status: {
        state: silencedBy.length + inhibitedBy.length > 0 ? 'suppressed' : 'active',
        silencedBy,
        inhibitedBy,
        mutedBy: [], // the demo has no time intervals
      },
    }
  })
}

function inhibitors(data: AlertmanagerData, labels: Labels): string[] {
  return data.inhibit.flatMap(({ source, target, equal }) => {
    if (!fits(labels, matchersOf(target))) return []
    const sources = data.alerts.filter(
      other =>
        fits(other.labels, matchersOf(source)) && equal.every(name => other.labels[name] === labels[name]),
    )
    return sources.map(other => fingerprint(other.labels))
  })
}

function receiverOf(data: AlertmanagerData, labels: Labels): string {
  const route = data.routes.find(({ matchers }) => fits(labels, matchersOf(matchers)))
  return route?.receiver ?? data.receivers[0] ?? 'none'
}

function fingerprint(labels: Labels): string {
  const sorted = JSON.stringify(Object.entries(labels).sort())
  return createHash('sha256').update(sorted).digest('hex').slice(0, 16)
}

function grouped(alerts: Alert[], groupBy: readonly string[]) {
  const groups = new Map<string, { labels: Labels; receiver: { name: string }; alerts: Alert[] }>()
  for (const alert of alerts) {
    const labels = Object.fromEntries(
      groupBy.flatMap(name => (alert.labels[name] ? [[name, alert.labels[name]]] : [])),
    )
    const receiver = alert.receivers[0] ?? { name: 'none' }
    const key = JSON.stringify([labels, receiver])
    const group = groups.get(key) ?? { labels, receiver, alerts: [] }
    group.alerts.push(alert)
    groups.set(key, group)
  }
  return [...groups.values()]
}
