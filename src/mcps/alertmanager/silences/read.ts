import { z } from 'zod'
import { listAnswer, PAGE, sliceOf } from '../../answer/page.ts'
import { capital, countBy, plural, span } from '../../answer/words.ts'
import { READS, type Tool, tool } from '../../tool.ts'
import type { Api, Silence } from '../api.ts'
import { byTime } from '../describe.ts'
import { filtersOf, MATCHERS, matcherText } from '../matchers.ts'

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
    description: 'Lists silences with their matchers, end, author and comment; the earliest end comes first.',
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
      const now = Date.now()
      return listAnswer({
        slice: sliceOf(silences, args),
        key: 'silences',
        describe: silence => describeSilence(silence, now),
        summary: () => `${capital(plural(silences.length, word))}.`,
        facts: { counts: { total: silences.length, by_state: countBy(silences, one => one.status.state) } },
      })
    },
  })
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
