import { z } from 'zod'
import { listAnswer, sliceOf } from '../answer/page.ts'
import { READS, type Tool, tool } from '../tool.ts'
import type { Alert, Api } from './api.ts'
import { compact, countsOf, headline, severityFrom, unknownIn, worstFirst } from './describe.ts'
import { groupsOf, mutedByOf } from './groups.ts'
import { fits, queryOf, SELECTION, type Selection, WORDS } from './selection.ts'

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
      const { alerts: found, doubt } = await alertsOf(api, args, signal)
      const alerts = worstFirst(found, severityOf)
      const now = Date.now()
      const words = `${headline(alerts, WORDS[args.state], severityOf)}.${unknownIn(alerts, severityOf)}${doubt}`
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

/** The selected alerts, with the time intervals that mute them. `doubt` is a sentence for the summary, or empty. */
async function alertsOf(api: Api, selection: Selection, signal: AbortSignal) {
  const found = ((await api.get('/alerts', queryOf(selection, api.severityLabel), signal)) ?? []) as Alert[]
  const { alerts, doubt } = await withMutes(api, selection, found, signal)
  return { alerts: alerts.filter(alert => fits(alert, selection.state)), doubt }
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
