// What is known of a customer's servers, in the view.

import { missingNotice, troubleNotice } from '../../agent/event-text.ts'
import { counted } from '../../base/text/amounts.ts'
import { add, type Fresh, note } from './items.ts'
import { flush } from './question.ts'
import type { ChatEvent, Published, Standing, View } from './view.ts'
import { stateTone } from './words/state-tone.ts'

/** Nothing is shown as well before the systems behind the tools were asked. */
export function published(view: View, { servers, tools, withheld, missing }: Published): View {
  const words = `${counted(tools, 'tool')}${withheld ? `, ${withheld} withheld` : ''}`
  const next = {
    ...view,
    phase: 'ready' as const,
    tools,
    missing: missing.length,
    standing: { ...view.standing, servers: serversOf(servers, missing) },
  }
  // A question that was typed ahead is being answered: its answer comes below.
  if (missing.length === 0 && tools > 0)
    return view.asking === undefined ? { ...next, unchecked: words } : add(next, note('info', words))
  const hint = tools === 0 && withheld > 0 ? 'run `/tools` to see why they are withheld' : undefined
  return add(
    next,
    note('warn', words, hint),
    ...missing.map(one => serverNote(missingNotice(one), one.state)),
  )
}

export function relisted(view: View, { servers, tools, missing }: Published): View {
  const standing = { ...view.standing, servers: serversOf(servers, missing) }
  return { ...view, tools, missing: missing.length, standing }
}

export function checked(before: View, troubled: Published['missing']): View {
  const { servers } = before.standing
  const ready = (servers?.ready ?? 0) - troubled.filter(one => one.state !== 'ready').length
  const view = { ...before, standing: { ...before.standing, servers: servers && { ...servers, ready } } }
  const { unchecked } = view
  const tone = troubled.length > 0 ? 'warn' : 'good'
  const notes = troubled.map(troubleNote)
  if (unchecked !== undefined) return add({ ...view, unchecked: undefined }, note(tone, unchecked), ...notes)
  return notes.length > 0 ? add(flush(view), ...notes) : view
}

function serversOf(servers: number, missing: Published['missing']): Standing['servers'] {
  return { ready: servers - new Set(missing.map(one => one.server)).size, of: servers }
}

function troubleNote(server: Published['missing'][number]): Fresh {
  const { text, hint } = troubleNotice(server)
  return server.state === 'ready' ? note('warn', text, hint) : serverNote({ text, hint }, server.state)
}

/** The person asks before the check has ended. */
export function saidUnchecked(view: View): View {
  const { unchecked } = view
  return unchecked === undefined ? view : add({ ...view, unchecked: undefined }, note('info', unchecked))
}

function serverNote({ text, hint }: ReturnType<typeof missingNotice>, state: string): Fresh {
  return note(stateTone(state), text, hint)
}

export function switchFailed(view: View, event: Extract<ChatEvent, { type: 'switch-failed' }>): View {
  const failure = note('bad', `${view.customer.name}: ${event.reason}`, event.hint)
  if (!event.back) return { ...add(view, failure), phase: 'ready' }
  const back = { ...view, customer: event.back, phase: 'ready' as const }
  return add(back, failure, { kind: 'customer', customer: event.back })
}
