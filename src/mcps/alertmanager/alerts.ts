import { z } from 'zod'
import { listAnswer, sliceOf } from '../answer/page.ts'
import { countBy } from '../answer/words.ts'
import { READS, type Tool, tool } from '../tool.ts'
import type { Alert, Api } from './api.ts'
import { compact, countsOf, headline, severityFrom, stateOf, unknownIn, worstFirst } from './describe.ts'
import { groupsOf, mutedByOf } from './groups.ts'
import { fits, queryOf, SELECTION, type Selection, soughtIn, WORDS } from './selection.ts'

/** list_alerts. */
export function listAlerts(api: Api): Tool {
  const severityOf = severityFrom(api.severityLabel)
  return tool({
    name: 'list_alerts',
    title: 'List alerts',
    description:
      'Lists the current alerts in Alertmanager, most severe first, with counts by severity, state and alert name. ' +
      'By default only firing alerts (not silenced, inhibited or muted).',
    input: z.strictObject(SELECTION),
    hints: READS,
    async run(args, signal) {
      const { alerts: found, others, doubt } = await alertsOf(api, args, signal)
      const alerts = worstFirst(found, severityOf)
      const now = Date.now()
      const counted = headline(alerts, WORDS[args.state], severityOf)
      const sought = alerts.length === 0 ? soughtIn(args, api.severityLabel) : ''
      const words = `${counted}${sought}${besides(others, alerts)}.${unknownIn(alerts, severityOf)}${doubt}`
      return listAnswer({
        slice: sliceOf(alerts, args),
        key: 'alerts',
        describe: alert => (args.detail ? alert : compact(alert, severityOf, now)),
        summary: () => words,
        facts: { counts: countsOf(alerts, severityOf) },
      })
    },
  })
}

/** `; 1 more silenced, 2 more inhibited`: who asks what fires must not think that there is nothing else. */
function besides(others: readonly Alert[], listed: readonly Alert[]): string {
  const more = listed.length > 0 ? 'more ' : ''
  const counts = Object.entries(countBy(others, stateOf)).map(([state, count]) => `${count} ${more}${state}`)
  return counts.length === 0 ? '' : `; ${counts.join(', ')}`
}

/**
 * The selected alerts, with the time intervals that mute them. `others`: besides the firing ones, those that are suppressed.
 * `doubt` is a sentence for the summary, or empty.
 */
async function alertsOf(api: Api, selection: Selection, signal: AbortSignal) {
  const isFiring = selection.state === 'active'
  const query = queryOf(isFiring ? { ...selection, state: 'all' } : selection, api.severityLabel)
  const found = ((await api.get('/alerts', query, signal)) ?? []) as Alert[]
  const { alerts, doubt } = await withMutes(api, selection, found, signal)
  const { listed = [], others = [] } = Object.groupBy(alerts, alert =>
    fits(alert, selection.state) ? 'listed' : 'others',
  )
  return { alerts: listed, others: isFiring ? others : [], doubt }
}

// `/alerts` calls a muted alert active, so the groups have to be asked as well. Before 0.28, neither knows mutes.
async function withMutes(api: Api, selection: Selection, alerts: Alert[], signal: AbortSignal) {
  if (!alerts.some(alert => alert.status.mutedBy)) return { alerts, doubt: '' }
  try {
    const muted = mutedByOf(await groupsOf(api, { ...selection, state: 'all' }, signal))
    const marked = alerts.map(alert => {
      const mutedBy = muted.get(alert.fingerprint)
      return mutedBy === undefined
        ? alert
        : { ...alert, status: { ...alert.status, state: 'suppressed' as const, mutedBy } }
    })
    return { alerts: marked, doubt: '' }
  } catch (error) {
    signal.throwIfAborted()
    return { alerts, doubt: ` Muted alerts are not marked: ${(error as Error).message}.` }
  }
}
