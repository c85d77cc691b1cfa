import { z } from 'zod'
import { listAnswer, PAGE, sliceOf } from '../answer/page.ts'
import { capital, countBy, plural, span } from '../answer/words.ts'
import { READS, type Tool, tool } from '../tool.ts'
import type { GenesysApi, ListQuery } from './api.ts'
import { allOf, queueOf, someOf, unreadText } from './listing.ts'

export const QUEUE = z
  .string()
  .trim()
  .min(1)
  .max(300)
  .describe('Id or exact name of the queue (case-insensitive).')

/** list_queues, get_queue, list_queue_members and get_estimated_wait_time. */
export function queueTools(api: GenesysApi): Tool[] {
  return [listQueues(api), getQueue(api), listQueueMembers(api), getEstimatedWaitTime(api)]
}

interface Queue {
  id: string
  name: string
  description?: string
  memberCount?: number
  mediaSettings?: Record<string, unknown>
}

function describeQueue({ id, name, description, memberCount, mediaSettings }: Queue) {
  return { id, name, description, members: memberCount, media: Object.keys(mediaSettings ?? {}) }
}

function listQueues(api: GenesysApi): Tool {
  return tool({
    name: 'list_queues',
    title: 'List queues',
    description:
      'Lists queues by name, with their ids and number of members. For live state call get_queue_observations.',
    input: z.strictObject({
      name: z
        .string()
        .trim()
        .min(1)
        .max(200)
        .optional()
        .describe('Only queues whose name contains this text.'),
      ...PAGE,
    }),
    hints: READS,
    async run(args, signal) {
      const { name, ...page } = args
      const named: ListQuery = name === undefined ? {} : { name: `*${name.replaceAll('*', '')}*` }
      const query = { ...named, sortBy: 'name', sortOrder: 'asc' }
      const slice = await someOf<Queue>(api, '/routing/queues', query, { ...page, signal })
      return listAnswer({
        slice,
        key: 'queues',
        describe: describeQueue,
        summary: shown => {
          const names =
            shown.length > 0 && shown.length <= 10 ? `: ${shown.map(one => one.name).join(', ')}` : ''
          return `${capital(plural(slice.total, 'queue'))}${names}.`
        },
        facts: { counts: { total: slice.total } },
      })
    },
  })
}

function getQueue(api: GenesysApi): Tool {
  return tool({
    name: 'get_queue',
    title: 'Get a queue',
    description: 'Gets one queue by id or exact name.',
    input: z.strictObject({ queue: QUEUE }),
    hints: READS,
    async run(args, signal) {
      const queue = describeQueue(await queueOf<Queue>(api, args.queue, signal))
      const media = queue.media.length > 0 ? ` for ${queue.media.join(', ')}` : ''
      return { summary: `Queue ${queue.name} has ${plural(queue.members ?? 0, 'member')}${media}.`, queue }
    },
  })
}

interface Member {
  id: string
  name?: string
  joined?: boolean
  user?: { name?: string }
  routingStatus?: { status?: string }
  presence?: { presenceDefinition?: { systemPresence?: string } }
}

function listQueueMembers(api: GenesysApi): Tool {
  return tool({
    name: 'list_queue_members',
    title: 'List members of a queue',
    description: 'Lists the agents of a queue with their routing status and presence.',
    input: z.strictObject({ queue: QUEUE, ...PAGE }),
    hints: READS,
    async run(args, signal) {
      const { id, name } = await queueOf<Queue>(api, args.queue, signal)
      const expand = { expand: ['routingStatus', 'presence'] }
      const members = await allOf<Member>(api, `/routing/queues/${id}/members`, expand, signal)
      const by = countBy(members.items, statusOf)
      const words = Object.entries(by).map(
        ([word, count]) => `${count} ${word.toLowerCase().replaceAll('_', ' ')}`,
      )
      const counted = words.length > 0 ? `: ${words.join(', ')}` : ''
      return listAnswer({
        slice: sliceOf(members.items, args),
        key: 'members',
        describe: describeMember,
        summary: () =>
          `Queue ${name} has ${plural(members.total, 'member')}${counted}.${unreadText(members)}`,
        facts: { counts: { total: members.total, by_routing_status: by }, queue: { id, name } },
      })
    },
  })
}

function statusOf(member: Member): string {
  return member.routingStatus?.status ?? 'UNKNOWN'
}

function describeMember(member: Member) {
  return {
    id: member.id,
    name: member.name ?? member.user?.name,
    routing_status: statusOf(member),
    presence: member.presence?.presenceDefinition?.systemPresence,
    joined: member.joined,
  }
}

function getEstimatedWaitTime(api: GenesysApi): Tool {
  return tool({
    name: 'get_estimated_wait_time',
    title: 'Get the estimated wait time',
    description: 'Gets how long a new interaction is expected to wait in a queue.',
    input: z.strictObject({ queue: QUEUE }),
    hints: READS,
    async run(args, signal) {
      const { id, name } = await queueOf<Queue>(api, args.queue, signal)
      const { results = [] } = ((await api.get(`/routing/queues/${id}/estimatedwaittime`, {}, signal)) ??
        {}) as {
        results?: { intent?: string; formula?: string; estimatedWaitTimeSeconds?: number }[]
      }
      const seconds = results[0]?.estimatedWaitTimeSeconds
      const words = seconds === undefined ? 'is unknown' : `is ${span(seconds)}`
      return { summary: `The estimated wait in ${name} ${words}.`, queue: { id, name }, estimates: results }
    },
  })
}
