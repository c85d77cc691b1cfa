import { z } from 'zod'
import { listAnswer, PAGE, sliceOf } from '../../answer/page.ts'
import { capital, countBy, plural, span } from '../../answer/words.ts'
import { READS, type Tool, tool } from '../../tool.ts'
import type { Alert, Api, Silence } from '../api.ts'
import { byTime } from '../describe.ts'
import { filtersOf, MATCHERS, matcherText } from '../matchers.ts'
import { soughtIn } from '../selection.ts'

export const SILENCE_ID = z.uuid().describe('Id of the silence, from list_silences.')

/** list_silences and get_silence. */
export function readSilenceTools(api: Api): Tool[] {
  return [listSilences(api), getSilence(api)]
}

/** The silence with this id. Throws a SupportError when there is none. */
export async function silenceOf(api: Api, id: string, signal: AbortSignal): Promise<Silence> {
  return (await api.get(`/silence/${id}`, {}, signal)) as Silence
}

/** One silence, described briefly. */
function describeSilence(silence: Silence, now: number) {
  const { id, status, startsAt, endsAt, createdBy, comment } = silence
  return {
    id,
    state: status.state,
    matchers: silence.matchers.map(matcherText),
    starts_at: startsAt,
    ends_at: endsAt,
    ...(status.state === 'expired' ? {} : { ends_in: span((Date.parse(endsAt) - now) / 1000) }),
    created_by: createdBy,
    comment,
  }
}

function listSilences(api: Api): Tool {
  return tool({
    name: 'list_silences',
    title: 'List silences',
    description:
      'Lists silences with their matchers, end, author and comment; the earliest end comes first. Of an active one, ' +
      'muted_alerts says how many alerts it mutes now, and muted_by_alertname which.',
    input: z.strictObject({
      state: z.enum(['active', 'pending', 'expired', 'all']).default('active'),
      filter: MATCHERS.default([]),
      ...PAGE,
    }),
    hints: READS,
    async run(args, signal) {
      const query = { filter: filtersOf(args) }
      const all = ((await api.get('/silences', query, signal)) ?? []) as Silence[]
      const silences = all
        .filter(silence => args.state === 'all' || silence.status.state === args.state)
        .sort((a, b) => byTime(a.endsAt, b.endsAt) || a.id.localeCompare(b.id))
      const word = args.state === 'all' ? 'silence' : `${args.state} silence`
      const isEmpty = silences.length === 0
      const isNow = args.state === 'active' || args.state === 'all'
      const mutes = await mutesOf(api, { silences, sought: isEmpty && isNow ? query.filter : [] }, signal)
      const sought = isEmpty ? soughtIn(args, api.severityLabel, 'with a matcher like') : ''
      const now = Date.now()
      return listAnswer({
        slice: sliceOf(silences, args),
        key: 'silences',
        describe: silence => ({ ...describeSilence(silence, now), ...mutes.by(silence) }),
        summary: () => `${capital(plural(silences.length, word))}${sought}.${mutes.words}`,
        facts: { counts: { total: silences.length, by_state: countBy(silences, one => one.status.state) } },
      })
    },
  })
}

/**
 * What silences mute now, with one request. `sought`: the filter that no silence fits. A silence can mute an alert whose labels its
 * matchers do not name.
 */
async function mutesOf(
  api: Api,
  { silences, sought }: { silences: readonly Silence[]; sought: string[] },
  signal: AbortSignal,
) {
  const nothing = { by: (_: Silence) => ({}), words: '' }
  if (sought.length === 0 && !silences.some(({ status }) => status.state === 'active')) return nothing
  const query = { active: false, silenced: true, inhibited: true, unprocessed: false, filter: sought }
  try {
    const alerts = ((await api.get('/alerts', query, signal)) ?? []) as Alert[]
    const mutedBy = (id: string) => alerts.filter(({ status }) => status.silencedBy?.includes(id))
    const silenced = alerts.filter(({ status }) => status.silencedBy?.length).length
    const others = `Silences with other matchers mute ${plural(silenced, 'alert')} with these labels.`
    return {
      by: ({ id, status }: Silence) => (status.state === 'active' ? mutedFacts(mutedBy(id)) : {}),
      words: sought.length > 0 && silenced > 0 ? ` ${others}` : '',
    }
  } catch (error) {
    signal.throwIfAborted()
    return { ...nothing, words: ` Which alerts they mute could not be read: ${(error as Error).message}.` }
  }
}

function mutedFacts(muted: readonly Alert[]) {
  const names = countBy(muted, alert => alert.labels.alertname ?? 'none')
  return { muted_alerts: muted.length, ...(muted.length > 0 && { muted_by_alertname: names }) }
}

function getSilence(api: Api): Tool {
  return tool({
    name: 'get_silence',
    title: 'Get a silence',
    description: 'Gets one silence by its id.',
    input: z.strictObject({ id: SILENCE_ID }),
    hints: READS,
    async run({ id }, signal) {
      const silence = describeSilence(await silenceOf(api, id, signal), Date.now())
      const end = silence.ends_in === undefined ? `ended ${silence.ends_at}` : `ends in ${silence.ends_in}`
      return { summary: `Silence ${id} is ${silence.state}, ${end}: ${silence.comment}`, silence }
    },
  })
}
