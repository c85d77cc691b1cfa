import { z } from 'zod'
import { capital, PAGE, page, pagingText, plural } from '../page.ts'
import { READS, type Tool, tool } from '../tool.ts'
import type { Alert, AlertGroup, Api, Query } from './api.ts'
import { compact, countsOf, headline, stateOf, worstFirst } from './describe.ts'
import { filtersOf, MATCHERS } from './matchers.ts'

const STATES = ['active', 'silenced', 'inhibited', 'all'] as const
type StateFilter = (typeof STATES)[number]

const WORDS: Record<StateFilter, string> = {
  active: 'firing',
  silenced: 'silenced',
  inhibited: 'inhibited',
  all: '',
}

const SELECTION = {
  state: z
    .enum(STATES)
    .default('active')
    .describe('active: firing, and neither silenced nor inhibited; silenced; inhibited; all.'),
  severity: z.string().min(1).max(100).optional().describe('Only alerts with this severity label.'),
  alertname: z.string().min(1).max(300).optional().describe('Only alerts with this alertname label.'),
  receiver: z
    .string()
    .min(1)
    .max(300)
    .optional()
    .describe('Only alerts routed to a receiver that matches this regex.'),
  filter: MATCHERS.default([]),
  detail: z
    .boolean()
    .default(false)
    .describe('true: full alerts with all annotations; false: a compact form.'),
  ...PAGE,
}

interface Selection {
  state: StateFilter
  severity?: string | undefined
  alertname?: string | undefined
  receiver?: string | undefined
  filter: string[]
}

/** list_alerts and list_alert_groups. */
export function readAlertTools(api: Api): Tool[] {
  return [listAlerts(api), listAlertGroups(api)]
}

function listAlerts(api: Api): Tool {
  return tool({
    name: 'list_alerts',
    title: 'List alerts',
    description:
      'Lists the current alerts in Alertmanager, most severe first, with counts by severity, state and alert name. ' +
      'By default only firing alerts (neither silenced nor inhibited).',
    input: z.strictObject(SELECTION),
    hints: READS,
    async run(args, signal) {
      const alerts = await alertsOf(api, args, signal)
      const { items, paging } = page(alerts, args)
      const now = Date.now()
      return {
        summary: `${headline(alerts, WORDS[args.state])}.${pagingText(paging)}`,
        counts: countsOf(alerts),
        alerts: args.detail ? items : items.map(alert => compact(alert, now)),
        paging,
      }
    },
  })
}

async function alertsOf(api: Api, selection: Selection, signal: AbortSignal): Promise<Alert[]> {
  const alerts = (await api.get('/alerts', queryOf(selection), signal)) as Alert[]
  return alerts.filter(alert => fits(alert, selection.state)).sort(worstFirst)
}

// All four booleans default to true in the API, so each is sent. An alert can be both silenced and inhibited, and
// excluding one state would hide it from the list of the other, so fits() selects the state here.
function queryOf({ state, receiver, ...labels }: Selection): Query {
  const suppressed = state !== 'active'
  return {
    active: state === 'active' || state === 'all',
    silenced: suppressed,
    inhibited: suppressed,
    unprocessed: state === 'active' || state === 'all',
    filter: filtersOf(labels),
    ...(receiver === undefined ? {} : { receiver }),
  }
}

function fits(alert: Alert, state: StateFilter): boolean {
  if (state === 'all') return true
  if (state === 'inhibited') return alert.status.inhibitedBy.length > 0
  const word = stateOf(alert)
  return word === state || (state === 'active' && word === 'unprocessed')
}

function listAlertGroups(api: Api): Tool {
  return tool({
    name: 'list_alert_groups',
    title: 'List alert groups',
    description:
      'Lists alerts as Alertmanager groups and routes them: each group with its labels, receiver and counts. ' +
      'With detail: true each group includes its alerts.',
    input: z.strictObject(SELECTION),
    hints: READS,
    async run(args, signal) {
      const groups = await groupsOf(api, args, signal)
      const all = groups.flatMap(group => group.alerts)
      const { items, paging } = page(groups, args)
      const grouped = `${headline(all, WORDS[args.state])}, in ${plural(groups.length, 'group')}.`
      return {
        summary: `${all.length === 0 ? capital(`no alert groups ${WORDS[args.state]}`.trim()).concat('.') : grouped}${pagingText(paging)}`,
        counts: { groups: groups.length, ...countsOf(all) },
        groups: items.map(group => describeGroup(group, args.detail)),
        paging,
      }
    },
  })
}

async function groupsOf(api: Api, selection: Selection, signal: AbortSignal): Promise<AlertGroup[]> {
  const { unprocessed: _, ...query } = queryOf(selection)
  const groups = (await api.get('/alerts/groups', query, signal)) as AlertGroup[]
  return groups
    .map(group => ({ ...group, alerts: group.alerts.filter(alert => fits(alert, selection.state)) }))
    .filter(group => group.alerts.length > 0)
    .sort((a, b) => b.alerts.length - a.alerts.length || keyOf(a).localeCompare(keyOf(b)))
}

function keyOf(group: AlertGroup): string {
  return JSON.stringify([group.labels, group.receiver.name])
}

function describeGroup(group: AlertGroup, detail: boolean) {
  const alerts = [...group.alerts].sort(worstFirst)
  const { labels, receiver } = group
  return {
    labels,
    receiver: receiver.name,
    counts: countsOf(alerts),
    ...(detail ? { alerts: alerts.map(alert => compact(alert, Date.now())) } : {}),
  }
}
