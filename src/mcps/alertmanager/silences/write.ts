import { z } from 'zod'
import { SupportError } from '../../../base/errors.ts'
import { listAnswer, PAGE, sliceOf, type ToolAnswer } from '../../answer/page.ts'
import { span } from '../../answer/words.ts'
import { READS, type Tool, tool } from '../../tool.ts'
import type { Alert, Api, Matcher, SilenceDraft } from '../api.ts'
import { compact, countsOf, headline, severityFrom, stateOf, worstFirst } from '../describe.ts'
import { MATCHERS, matcherText, parseMatchers } from '../matchers.ts'
import { SILENCE_ID, silenceOf } from './read.ts'

const SPANS: Record<string, number> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 }

/** preview_silence (reads), create_silence and expire_silence (write). */
export function writeSilenceTools(api: Api): Tool[] {
  return [previewSilence(api), createSilence(api), expireSilence(api)]
}

function previewSilence(api: Api): Tool {
  return tool({
    name: 'preview_silence',
    title: 'Preview a silence',
    description: 'Shows which alerts a silence with these matchers would mute now. Changes nothing.',
    input: z.strictObject({ matchers: MATCHERS.min(1), ...PAGE }),
    hints: READS,
    async run({ matchers, ...page }, signal) {
      const preview = await wouldMute(api, parseMatchers(matchers), signal)
      return preview.answer(`This silence would mute ${preview.words}.`, page)
    },
  })
}

/** The alerts that these matchers mute now: in words, and as the rest of an answer that begins with a summary. */
async function wouldMute(api: Api, draft: readonly Matcher[], signal: AbortSignal) {
  const severityOf = severityFrom(api.severityLabel)
  const matchers = draft.map(matcherText)
  const query = { active: true, silenced: true, inhibited: true, unprocessed: true, filter: matchers }
  const found = ((await api.get('/alerts', query, signal)) ?? []) as Alert[]
  const alerts = worstFirst(found, severityOf)
  const silenced = alerts.filter(alert => stateOf(alert) === 'silenced').length
  const already = silenced === 0 ? '' : ` (${silenced} of them already silenced)`
  const now = Date.now()
  return {
    words: `${headline(alerts, '', severityOf).replace(/^No/, 'no')}${already}`,
    answer: (summary: string, page: PageArguments, facts: Record<string, unknown> = {}) =>
      listAnswer({
        slice: sliceOf(alerts, page),
        key: 'alerts',
        describe: alert => compact(alert, severityOf, now),
        summary: () => summary,
        facts: { ...facts, counts: countsOf(alerts, severityOf), matchers },
      }),
  }
}

type PageArguments = { limit: number; offset: number }

/** The answers to create_silence show only the first alerts; preview_silence has pages. */
const FIRST = { limit: 20, offset: 0 }

const DRAFT = z.strictObject({
  id: SILENCE_ID.optional().describe('Changes this silence; omitted fields stay as they are.'),
  matchers: MATCHERS.min(1).optional().describe('As in preview_silence; required for a new silence.'),
  duration: z
    .string()
    .regex(/^[1-9][0-9]{0,4}[mhdw]$/)
    .optional()
    .describe('How long it lasts: 30m, 2h, 1d, 1w. A new silence needs this or ends_at.'),
  starts_at: z.iso.datetime({ offset: true }).optional().describe('Default: now.'),
  ends_at: z.iso.datetime({ offset: true }).optional(),
  created_by: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe('Author. supportmax fills in the person whose call it is.'),
  comment: z.string().min(1).max(2_000).optional().describe('Why; required for a new silence.'),
  dry_run: z.boolean().default(false).describe('true: only show what it would mute.'),
})

function createSilence(api: Api): Tool {
  return tool({
    name: 'create_silence',
    title: 'Create or change a silence',
    description:
      'Mutes notifications for alerts that match all matchers. With id it changes that silence, for example to ' +
      'extend it. With dry_run: true it only shows what it would mute; do that first.',
    input: DRAFT,
    hints: { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: true },
    writes: args => !args.dry_run,
    async run(args, signal) {
      const draft = await draftOf(api, args, signal)
      const preview = await wouldMute(api, draft.matchers, signal)
      const lasts = `${span((Date.parse(draft.endsAt) - Date.parse(draft.startsAt)) / 1000)}, until ${draft.endsAt}`
      if (args.dry_run)
        return preview.answer(`Dry run: it would mute ${preview.words}, for ${lasts}.`, FIRST, {
          dry_run: true,
        })
      const { silenceID: id } = (await api.post('/silences', draft, signal)) as { silenceID: string }
      const verb = args.id === undefined ? 'created' : id === args.id ? 'changed' : `now ${id}`
      const summary = `Silence ${args.id ?? id} ${verb} for ${lasts}; it mutes ${preview.words}.`
      return preview.answer(summary, FIRST, { id, starts_at: draft.startsAt, ends_at: draft.endsAt })
    },
  })
}

async function draftOf(api: Api, args: z.output<typeof DRAFT>, signal: AbortSignal): Promise<SilenceDraft> {
  const old = args.id === undefined ? undefined : await silenceOf(api, args.id, signal)
  const matchers = (args.matchers && parseMatchers(args.matchers)) ?? old?.matchers
  const comment = args.comment ?? old?.comment
  const startsAt = args.starts_at ?? old?.startsAt ?? new Date().toISOString()
  // Extending a silence counts from now, not from its original start.
  const from = args.starts_at === undefined ? Date.now() : Date.parse(args.starts_at)
  const endsAt = endOf(args, from) ?? old?.endsAt
  if (!matchers?.length || !comment || !endsAt)
    throw new SupportError(
      'usage',
      'create_silence: a new silence needs matchers, a comment, and duration or ends_at',
    )
  if (Date.parse(endsAt) <= Math.max(Date.parse(startsAt), Date.now()))
    throw new SupportError('usage', `create_silence: its end (${endsAt}) is in the past or before its start`)
  const createdBy = args.created_by ?? old?.createdBy ?? 'supportmax'
  return { ...(old ? { id: old.id } : {}), matchers, startsAt, endsAt, createdBy, comment }
}

function endOf({ duration, ends_at }: z.output<typeof DRAFT>, from: number): string | undefined {
  if (ends_at !== undefined || duration === undefined) return ends_at
  return new Date(from + Number(duration.slice(0, -1)) * (SPANS[duration.slice(-1)] ?? 0)).toISOString()
}

function expireSilence(api: Api): Tool {
  return tool({
    name: 'expire_silence',
    title: 'Expire a silence',
    description: 'Ends a silence now, so that its alerts notify again.',
    input: z.strictObject({ id: SILENCE_ID }),
    hints: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: true },
    async run({ id }, signal): Promise<ToolAnswer> {
      const silence = await silenceOf(api, id, signal)
      if (silence.status.state === 'expired')
        return { summary: `Silence ${id} already expired at ${silence.endsAt}.`, id, changed: false }
      await api.remove(`/silence/${id}`, signal)
      return { summary: `Silence ${id} expired; its alerts notify again.`, id, changed: true }
    },
  })
}
