import { z } from 'zod'
import { listAnswer, PAGE, sliceOf } from '../answer/page.ts'
import { capital, plural, span } from '../answer/words.ts'
import { READS, type Tool, tool } from '../tool.ts'
import type { Api, Status } from './api.ts'

/** get_status and list_receivers. */
export function statusTools(api: Api): Tool[] {
  return [getStatus(api), listReceivers(api)]
}

function getStatus(api: Api): Tool {
  return tool({
    name: 'get_status',
    title: 'Get status',
    description: 'Gets version, uptime and cluster state of Alertmanager; shows whether it can be reached.',
    input: z.strictObject({}),
    hints: READS,
    async run(_args, signal) {
      // Never pass on config.original: it is the whole YAML and may contain secrets.
      const { versionInfo, uptime, cluster } = ((await api.get('/status', {}, signal)) ?? {}) as Status
      const version = versionInfo?.version ?? '(unknown version)'
      const seconds = uptime === undefined ? undefined : (Date.now() - Date.parse(uptime)) / 1000
      const peers = cluster?.peers?.length ?? 0
      const up = seconds === undefined ? '' : ` has been up for ${span(seconds)}`
      return {
        summary: `Alertmanager ${version}${up}; cluster ${cluster?.status ?? 'unknown'}, ${plural(peers, 'peer')}.`,
        version,
        up_since: uptime ?? null,
        uptime_seconds: seconds === undefined ? null : Math.round(seconds),
        cluster: { status: cluster?.status ?? 'unknown', name: cluster?.name ?? null, peers },
      }
    },
  })
}

function listReceivers(api: Api): Tool {
  return tool({
    name: 'list_receivers',
    title: 'List receivers',
    description: 'Lists the receivers to which Alertmanager can send notifications.',
    input: z.strictObject(PAGE),
    hints: READS,
    async run(args, signal) {
      const receivers = ((await api.get('/receivers', {}, signal)) ?? []) as { name: string }[]
      const names = receivers.map(receiver => receiver.name).sort()
      return listAnswer({
        slice: sliceOf(names, args),
        key: 'receivers',
        describe: name => name,
        summary: shown => {
          const named = shown.length > 0 && shown.length <= 10 ? `: ${shown.join(', ')}` : ''
          return `${capital(plural(names.length, 'receiver'))}${named}.`
        },
        facts: { counts: { total: names.length } },
      })
    },
  })
}
