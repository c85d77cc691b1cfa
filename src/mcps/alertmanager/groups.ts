import { z } from 'zod'
import { bytesOf } from '../answer/fit.ts'
import { fill, listAnswer, type Paging, pagingOf, type Slice, sliceOf } from '../answer/page.ts'
import { capital, plural } from '../answer/words.ts'
import { READS, type Tool, tool } from '../tool.ts'
import type { AlertGroup, Api } from './api.ts'
import {
  compact,
  countsOf,
  headline,
  type SeverityOf,
  severityFrom,
  unknownIn,
  worstFirst,
} from './describe.ts'
import { fits, queryOf, SELECTION, type Selection, soughtIn, WORDS } from './selection.ts'

const INPUT = z.strictObject({
  ...SELECTION,
  alerts_offset: z
    .int()
    .min(0)
    .default(0)
    .describe(
      'With detail: how many alerts of each group to skip; see next_offset in the paging of a group.',
    ),
})

/** list_alert_groups. */
export function listAlertGroups(api: Api): Tool {
  const severityOf = severityFrom(api.severityLabel)
  return tool({
    name: 'list_alert_groups',
    title: 'List alert groups',
    description:
      'Lists alerts as Alertmanager groups and routes them: each group with its labels, receiver and counts. ' +
      'With detail: true each group includes its alerts, in pages of their own (alerts_offset).',
    input: INPUT,
    hints: READS,
    async run(args, signal) {
      const groups = await groupsOf(api, args, signal)
      const all = groups.flatMap(group => group.alerts)
      const words = WORDS[args.state]
      const grouped = `${headline(all, words, severityOf)}, in ${plural(groups.length, 'group')}.`
      const none = `${capital(`no alert groups ${words}`.trim())}${soughtIn(args, api.severityLabel)}`
      const summary = all.length === 0 ? `${none}.` : `${grouped}${unknownIn(all, severityOf)}`
      const facts = { counts: { groups: groups.length, ...countsOf(all, severityOf) } }
      const now = Date.now()
      return listAnswer({
        slice: sliceOf(groups, args),
        key: 'groups',
        describe: (group, room) => {
          const described = describeGroup(group, severityOf)
          return args.detail
            ? withAlerts(described, { from: args.alerts_offset, room, now })
            : described.group
        },
        summary: (_shown, items) => `${summary}${partly(items as DetailedGroup[])}`,
        facts,
      })
    },
  })
}

/** The selected alerts as Alertmanager groups them, the largest group first. Groups without such alerts are left out. */
export async function groupsOf(api: Api, selection: Selection, signal: AbortSignal): Promise<AlertGroup[]> {
  const { unprocessed: _, ...query } = queryOf(selection, api.severityLabel)
  const groups = ((await api.get('/alerts/groups', query, signal)) ?? []) as AlertGroup[]
  return groups
    .map(group => ({ ...group, alerts: group.alerts.filter(alert => fits(alert, selection.state)) }))
    .filter(group => group.alerts.length > 0)
    .sort((a, b) => b.alerts.length - a.alerts.length || keyOf(a).localeCompare(keyOf(b)))
}

/** By fingerprint: the time intervals that mute an alert in every one of its groups. */
export function mutedByOf(groups: readonly AlertGroup[]): Map<string, string[]> {
  const muted = new Map<string, string[]>()
  const notified = new Set<string>()
  for (const { fingerprint, status } of groups.flatMap(group => group.alerts)) {
    if (!status.mutedBy?.length) notified.add(fingerprint)
    else muted.set(fingerprint, [...new Set([...(muted.get(fingerprint) ?? []), ...status.mutedBy])])
  }
  for (const fingerprint of notified) muted.delete(fingerprint)
  return muted
}

function keyOf(group: AlertGroup): string {
  return JSON.stringify([group.labels, group.receiver.name])
}

interface DescribedGroup {
  group: { labels: Record<string, string>; receiver: string; counts: unknown }
  /** Most severe first. */
  alerts: AlertGroup['alerts']
  severityOf: SeverityOf
}

function describeGroup({ labels, receiver, alerts }: AlertGroup, severityOf: SeverityOf): DescribedGroup {
  const group = { labels, receiver: receiver.name, counts: countsOf(alerts, severityOf) }
  return { group, alerts: worstFirst(alerts, severityOf), severityOf }
}

type DetailedGroup = DescribedGroup['group'] & { paging?: Paging; alerts?: unknown[] }

/** Less room than this is left to the next page, where the group gets more of its alerts. */
const LEAST_ROOM = 4_000

/** The group with those of its alerts that fit; undefined when there is too little room for it. */
function withAlerts(
  { group, alerts, severityOf }: DescribedGroup,
  { from, room, now }: { from: number; room: number; now: number },
): DetailedGroup | undefined {
  const place: Slice<AlertGroup['alerts'][number]> = {
    items: alerts.slice(from),
    offset: from,
    total: alerts.length,
  }
  const left = room - bytesOf({ ...group, paging: pagingOf(place, alerts.length), alerts: [] })
  if (left < Math.min(LEAST_ROOM, bytesOf(alerts))) return undefined
  const items = fill(place.items, alert => compact(alert, severityOf, now), left)
  return { ...group, paging: pagingOf(place, items.length), alerts: items }
}

/** A sentence on groups that show only some of their alerts. */
function partly(groups: readonly DetailedGroup[]): string {
  const some = groups.filter(({ paging }) => paging !== undefined && paging.returned < paging.total)
  if (some.length === 0) return ''
  const which = some.length === 1 ? '1 group shows' : `${some.length} groups show`
  return ` ${which} only some of the alerts: see its paging, and call again with alerts_offset.`
}
