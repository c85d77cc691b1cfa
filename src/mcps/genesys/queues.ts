import { z } from 'zod'
import { capital, countBy, PAGE, page, pagingText, plural, span } from '../page.ts'
import { READS, type Tool, tool } from '../tool.ts'
import type { GenesysApi } from './api.ts'
import { allOf, queueOf } from './listing.ts'

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
      const query: Record<string, string> =
        args.name === undefined ? {} : { name: `*${args.name.replaceAll('*', '')}*` }
      const queues = await allOf<Queue>(api, '/routing/queues', query, signal)
      queues.sort((a, b) => a.name.localeCompare(b.name))
      const { items, paging } = page(queues, args)
      const names =
        items.length > 0 && items.length <= 10 ? `: ${items.map(queue => queue.name).join(', ')}` : ''
      return {
        summary: `${capital(plural(queues.length, 'queue'))}${names}.${pagingText(paging)}`,
        counts: { total: queues.length },
        queues: items.map(describeQueue),
        paging,
      }
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
      const expand = { expand: 'routingStatus,presence' }
      const members = await allOf<Member>(api, `/routing/queues/${id}/members`, expand, signal)
      const status = (member: Member) => member.routingStatus?.status ?? 'UNKNOWN'
      const by = countBy(members, status)
      const words = Object.entries(by).map(
        ([word, count]) => `${count} ${word.toLowerCase().replaceAll('_', ' ')}`,
      )
      const { items, paging } = page(members, args)
      return {
        summary: `Queue ${name} has ${plural(members.length, 'member')}${words.length ? `: ${words.join(', ')}` : ''}.${pagingText(paging)}`,
        counts: { total: members.length, by_routing_status: by },
        queue: { id, name },
        members: items.map(member => ({
          id: member.id,
          name: member.name ?? member.user?.name,
          routing_status: status(member),
          presence: member.presence?.presenceDefinition?.systemPresence,
          joined: member.joined,
        })),
        paging,
      }
    },
  })
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
