// Which alerts a call asks for: its arguments, the API's query, and the check of each alert.
import { z } from 'zod'
import { PAGE } from '../answer/page.ts'
import { shortened } from '../answer/words.ts'
import type { Alert, Query } from './api.ts'
import { stateOf } from './describe.ts'
import { filtersOf, MATCHERS } from './matchers.ts'

const STATES = ['active', 'silenced', 'inhibited', 'muted', 'all'] as const
export type StateFilter = (typeof STATES)[number]

/** How a summary names the selected alerts. */
export const WORDS: Record<StateFilter, string> = {
  active: 'firing',
  silenced: 'silenced',
  inhibited: 'inhibited',
  muted: 'muted',
  all: '',
}

export const SELECTION = {
  state: z
    .enum(STATES)
    .default('active')
    .describe(
      'active: firing, and not silenced, inhibited or muted; silenced; inhibited; muted (by a time interval); all.',
    ),
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

export interface Selection {
  state: StateFilter
  severity?: string | undefined
  alertname?: string | undefined
  receiver?: string | undefined
  filter: string[]
}

/**
 * The API's query. All four booleans default to true there, so each is sent. An alert can be silenced, inhibited and
 * muted at once, and excluding one state would hide it from the list of another, so fits() selects the state.
 */
export function queryOf(selection: Selection, severityLabel: string): Query {
  const { state, receiver } = selection
  const active = state === 'active' || state === 'muted' || state === 'all'
  const suppressed = state !== 'active'
  return {
    active,
    silenced: suppressed,
    inhibited: suppressed,
    unprocessed: active,
    filter: filtersOf(selection, severityLabel),
    ...(receiver === undefined ? {} : { receiver }),
  }
}

/** In characters. */
const LONGEST_SOUGHT = 300

/** For the summary of an empty list: ` with site="hamburg"`; empty without a filter. */
export function soughtIn(
  { receiver, ...given }: Omit<Selection, 'state'>,
  severityLabel: string,
  word = 'with',
): string {
  const labels = filtersOf(given, severityLabel).join(', ')
  const parts = [
    ...(labels === '' ? [] : [`${word} ${labels}`]),
    ...(receiver === undefined ? [] : [`for receiver ${JSON.stringify(receiver)}`]),
  ]
  return parts.map(part => ` ${shortened(part, LONGEST_SOUGHT)}`).join('')
}

/** Whether the alert belongs to the selected state. */
export function fits(alert: Alert, state: StateFilter): boolean {
  if (state === 'all') return true
  if (state === 'inhibited') return (alert.status.inhibitedBy?.length ?? 0) > 0
  if (state === 'muted') return (alert.status.mutedBy?.length ?? 0) > 0
  const word = stateOf(alert)
  return word === state || (state === 'active' && word === 'unprocessed')
}
