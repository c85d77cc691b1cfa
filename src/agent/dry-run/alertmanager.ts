// Silences of our own Alertmanager server, which can tell by itself what one would mute.

import { isRecord } from '../../base/records.ts'
import { cleanLine } from '../../base/text/terminal-text.ts'
import { matchersIn } from './matchers.ts'
import {
  alertLines,
  type DryRun,
  labelsOf,
  listOf,
  type Matcher,
  type MutedAlert,
  matchersText,
  type ReadTool,
} from './parts.ts'
import { dateOf, endOf, momentText, periodLine } from './period.ts'

const MUTES = { some: 'would mute # now', none: 'would mute nothing now' }
const COME_BACK = { some: '# would notify again', none: 'no alert would start to notify again now' }
const ASKING = 'asking Alertmanager for the alerts…'

export const alertmanagerSilence: DryRun = async function* (args, { read, now }) {
  const old = typeof args.id === 'string' ? await silenceOf(read, args.id) : undefined
  const from = dateOf(args.starts_at)
  const until = endOf(args.duration, args.ends_at, from ?? now) ?? dateOf(old?.ends_at)
  const changes = old ? [`changes silence ${String(args.id)}`] : []
  const period = [until ? periodLine({ from, until }, now) : 'NO END is given: Alertmanager will refuse it']
  yield [...changes, ...period, ASKING]
  const matchers = args.matchers ?? old?.matchers
  const { alerts, total, matched } = await preview(read, matchers)
  // The list of alerts comes last: on a small screen, it is what is cut.
  yield [...changes, ...period, `it mutes ${matchersText(matched)}`, ...alertLines(alerts, MUTES, total)]
}

export const alertmanagerExpiry: DryRun = async function* ({ id }, { read, now }) {
  yield [ASKING]
  const silence = await silenceOf(read, id)
  const until = dateOf(silence.ends_at)
  const by = `by ${cleanLine(String(silence.created_by), 60)}: ${cleanLine(String(silence.comment), 200)}`
  const about = (matched: Matcher[]) => [
    `ends a silence of ${matchersText(matched)}`,
    by,
    ...(until
      ? [`${silence.state === 'expired' ? 'it ended' : 'it would last until'} ${momentText(until, now)}`]
      : []),
  ]
  const { alerts, matched } = await preview(read, silence.matchers)
  const back = alerts.filter(one => one.silencedBy.length === 1 && one.silencedBy[0] === id)
  yield [
    ...about(matched),
    ...alertLines(
      back.map(({ labels }) => ({ labels })),
      COME_BACK,
    ),
  ]
}

async function silenceOf(read: ReadTool, id: unknown): Promise<Record<string, unknown>> {
  const answer = await read(['get_silence'], { id })
  return isRecord(answer) && isRecord(answer.silence) ? answer.silence : {}
}

/** As many as a page has. */
const LIMIT = 100

async function preview(read: ReadTool, matchers: unknown) {
  const answer = await read(['preview_silence'], { matchers, limit: LIMIT })
  const { alerts, counts, matchers: matched } = isRecord(answer) ? answer : {}
  const total = isRecord(counts) && typeof counts.total === 'number' ? counts.total : undefined
  return {
    alerts: listOf(alerts).map(previewed),
    total,
    matched: matchersIn(matched),
  }
}

function previewed(alert: Record<string, unknown>): MutedAlert & { silencedBy: unknown[] } {
  const { alertname, severity, state } = labelsOf(alert)
  const labels = { ...(alertname && { alertname }), ...(severity && { severity }), ...labelsOf(alert.labels) }
  const silencedBy = Array.isArray(alert.silenced_by) ? alert.silenced_by : []
  return { labels, silencedBy, ...(state && state !== 'active' && { note: `(already ${state})` }) }
}
