// Silences of mcp-grafana, which has no preview: the alerts of the rules that fire are compared here.

import { isRecord } from '../../base/records.ts'
import { cleanLine } from '../../base/text/terminal-text.ts'
import { inPieces } from './in-pieces.ts'
import { matchersIn } from './matchers.ts'
import { matching } from './matching.ts'
import {
  alertLines,
  type DryRun,
  labelsOf,
  listOf,
  type Matcher,
  type MutedAlert,
  matcherLine,
  matchersText,
  type ReadTool,
} from './parts.ts'
import { dateOf, momentText, periodLine } from './period.ts'

const RULES = ['alerting_rules_read', 'alerting_manage_rules', 'alerting_rules_write']
const SILENCES = ['alerting_silences_read', 'alerting_silences_write', 'alerting_manage_silences']
const ASKING = 'asking Grafana for the alerts…'

export const grafanaSilence: DryRun = async function* (args, { read, now }) {
  if (args.operation === 'delete') return yield* expiry(args.silence_id, { read, now })
  if (args.operation !== 'create' && args.operation !== 'update') return
  const until = dateOf(args.ends_at)
  const known = [
    ...(args.operation === 'update' ? [`changes silence ${String(args.silence_id)}`] : []),
    until ? periodLine({ from: dateOf(args.starts_at), until }, now) : 'NO END is given: Grafana decides',
  ]
  const matchers = matchersIn(args.matchers)
  const what = `it mutes ${matchersText(matchers)}`
  yield [...known, what, ASKING]
  yield [...known, what, ...(await alertsLines(read, matchers, MUTES))]
}

const MUTES = { some: 'would mute # now', none: 'would mute nothing now' }
const COME_BACK = {
  some: '# would notify again, unless another silence mutes it',
  none: 'no alert that fires now matches it',
}

async function* expiry(id: unknown, { read, now }: Parameters<DryRun>[1]): AsyncGenerator<readonly string[]> {
  yield [ASKING]
  const silence = await read(SILENCES, { operation: 'get', silence_id: id })
  if (!isRecord(silence)) return
  const matchers = matchersIn(silence.matchers)
  const until = dateOf(silence.endsAt)
  const known = [
    `ends a silence of ${matchersText(matchers)}`,
    `by ${cleanLine(String(silence.createdBy), 60)}: ${cleanLine(String(silence.comment), 200)}`,
    ...(until ? [`it would last until ${momentText(until, now)}`] : []),
  ]
  yield [...known, ASKING]
  yield [...known, ...(await alertsLines(read, matchers, COME_BACK))]
}

async function alertsLines(
  read: ReadTool,
  matchers: readonly Matcher[],
  words: typeof MUTES,
): Promise<string[]> {
  const fits = matching(matchers)
  if ('unclear' in fits)
    return [`cannot tell which alerts: only Grafana can read ${matcherLine(fits.unclear)}`]
  const { alerts, left } = await firing(read)
  const lines = alertLines(
    alerts.filter(one => fits.matches(one.labels)),
    words,
  )
  return left === 0 ? lines : [...lines, `  not looked at: ${left} more rules that fire`]
}

const MOST_RULES = 20
const AT_ONCE = 4
/** All that a rule can tell. */
const ALERTS = 200

/** The alerts of the rules that fire, and how many rules were left out. */
async function firing(read: ReadTool): Promise<{ alerts: MutedAlert[]; left: number }> {
  const rules = listOf(await read(RULES, { operation: 'list', states: ['firing'] }))
  const uids = rules.filter(one => one.state === 'firing').map(one => one.uid)
  const looked = uids.slice(0, MOST_RULES)
  const found = await inPieces(looked, AT_ONCE, async uid => {
    const rule = await read(RULES, { operation: 'get', rule_uid: uid, limit_alerts: ALERTS })
    return listOf(isRecord(rule) ? rule.alerts : []).filter(isFiring)
  })
  return {
    alerts: found.flat().map(one => ({ labels: labelsOf(one.labels) })),
    left: uids.length - looked.length,
  }
}

function isFiring({ state }: Record<string, unknown>): boolean {
  return !/^(normal|pending|inactive|recovering)/i.test(String(state))
}
