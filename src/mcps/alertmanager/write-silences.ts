import { z } from 'zod'
import { SupportError } from '../../base/errors.ts'
import { span } from '../page.ts'
import { READS, type Tool, type ToolAnswer, tool } from '../tool.ts'
import type { Alert, Api, SilenceDraft } from './api.ts'
import { compact, countsOf, headline, stateOf, worstFirst } from './describe.ts'
import { MATCHERS, matcherText, parseMatcher } from './matchers.ts'
import { SILENCE_ID, silenceOf } from './silences.ts'

const SPANS: Record<string, number> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 }
const MOST_SHOWN = 20

/** preview_silence (reads), create_silence and expire_silence (write). */
export function writeSilenceTools(api: Api): Tool[] {
  return [previewSilence(api), createSilence(api), expireSilence(api)]
}

function previewSilence(api: Api): Tool {
  return tool({
    name: 'preview_silence',
    title: 'Preview a silence',
    description: 'Shows which alerts a silence with these matchers would mute now. Changes nothing.',
    input: z.strictObject({ matchers: MATCHERS.min(1) }),
    hints: READS,
    async run({ matchers }, signal) {
      const preview = await wouldMute(api, matchers.map(parseMatcher).map(matcherText), signal)
      return { summary: `This silence would mute ${preview.words}.`, ...preview.facts }
    },
  })
}

async function wouldMute(api: Api, matchers: string[], signal: AbortSignal) {
  const query = { active: true, silenced: true, inhibited: true, unprocessed: true, filter: matchers }
  const alerts = ((await api.get('/alerts', query, signal)) as Alert[]).sort(worstFirst)
  const silenced = alerts.filter(alert => stateOf(alert) === 'silenced').length
  const already = silenced === 0 ? '' : ` (${silenced} of them already silenced)`
  return {
    words: `${headline(alerts, '').replace(/^No/, 'no')}${already}`,
    facts: {
      counts: countsOf(alerts),
      matchers,
      alerts: alerts.slice(0, MOST_SHOWN).map(alert => compact(alert, Date.now())),
    },
  }
}

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
  created_by: z.string().min(1).max(200).optional().describe('Author. Default: supportmax.'),
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
      const preview = await wouldMute(api, draft.matchers.map(matcherText), signal)
      const lasts = `${span((Date.parse(draft.endsAt) - Date.parse(draft.startsAt)) / 1000)}, until ${draft.endsAt}`
      if (args.dry_run)
        return {
          summary: `Dry run: it would mute ${preview.words}, for ${lasts}.`,
          dry_run: true,
          ...preview.facts,
        }
      const { silenceID: id } = (await api.post('/silences', draft, signal)) as { silenceID: string }
      const verb = args.id === undefined ? 'created' : id === args.id ? 'changed' : `now ${id}`
      const summary = `Silence ${args.id ?? id} ${verb} for ${lasts}; it mutes ${preview.words}.`
      return { summary, id, starts_at: draft.startsAt, ends_at: draft.endsAt, ...preview.facts }
    },
  })
}

async function draftOf(api: Api, args: z.output<typeof DRAFT>, signal: AbortSignal): Promise<SilenceDraft> {
  const old = args.id === undefined ? undefined : await silenceOf(api, args.id, signal)
  const matchers = args.matchers?.map(parseMatcher) ?? old?.matchers
  const comment = args.comment ?? old?.comment
  const startsAt = args.starts_at ?? old?.startsAt ?? new Date().toISOString()
  // Extending a silence counts from now, not from its original start.
  const from = args.starts_at === undefined ? Date.now() : Date.parse(args.starts_at)
  const endsAt = endOf(args, from) ?? old?.endsAt
  if (!matchers || !comment || !endsAt)
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
