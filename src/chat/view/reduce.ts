import { isDeepStrictEqual } from 'node:util'
import type { AgentEvent } from '../../agent/events.ts'
import { clean, cleanLine } from '../../base/text/terminal-text.ts'
import type { Dialog } from './dialogs.ts'
import { add, note } from './items.ts'
import { aSecondLater, dialogClosed, ended, reduceAgent } from './question.ts'
import { reduceQueue, withUnsent } from './queue.ts'
import { checked, published, relisted, saidUnchecked, switchFailed } from './servers.ts'
import { type ChatEvent, NOTHING_KNOWN, type View } from './view.ts'

/** The next view. Pure. */
export function reduce(view: View, event: ChatEvent): View {
  switch (event.type) {
    case 'asked': {
      const asked = add(saidUnchecked(view), {
        kind: 'question',
        customer: view.customer,
        text: clean(event.text),
        at: event.at,
      })
      return {
        ...asked,
        asking: event.question,
        silent: 0,
        text: '',
        calls: [],
        callsEnded: 0,
        writing: false,
        results: event.results ?? 0,
      }
    }
    case 'agent':
      return event.question === view.asking ? reduceQuestion(view, event.event) : view
    case 'second':
      return event.question === view.asking ? aSecondLater(view) : view
    case 'switching': {
      const why = note('quiet', 'cancelled: you switched to another customer')
      const left = withUnsent(ended(view, view.asking === undefined ? undefined : why))
      const next = {
        ...left,
        customer: event.customer,
        phase: 'connecting' as const,
        tools: 0,
        missing: 0,
        unchecked: undefined,
        standing: NOTHING_KNOWN,
      }
      // A reloaded file may have given the same customer another name or access.
      return isDeepStrictEqual(event.customer, view.customer)
        ? next
        : add(next, { kind: 'customer', customer: event.customer })
    }
    case 'published':
      return event.customer === view.customer.id ? published(view, event.toolset) : view
    case 'relisted':
      return event.customer === view.customer.id ? relisted(view, event.toolset) : view
    case 'checked':
      return event.customer === view.customer.id ? checked(view, event.troubled) : view
    case 'not-checked':
      return event.customer === view.customer.id ? saidUnchecked(view) : view
    case 'switch-failed':
      return event.customer === view.customer.id ? switchFailed(view, event) : view
    case 'standing':
      return event.customer === view.customer.id
        ? { ...view, standing: { ...view.standing, ...event.standing } }
        : view
    case 'queued':
    case 'unqueued':
    case 'unsent':
    case 'gathered':
      return reduceQueue(view, event)
    case 'command':
      return add(saidUnchecked(view), { kind: 'command', customer: view.customer, text: clean(event.text) })
    case 'note':
      return add(view, note(event.tone, event.text, event.hint))
    case 'link':
      return add(view, { kind: 'link', label: cleanLine(event.label), address: event.address })
    case 'chart':
      return add(view, { kind: 'chart', chart: event.chart })
    case 'dialog':
    case 'form-filled':
    case 'dialog-foreseen':
    case 'dialog-ready':
    case 'dialog-closed':
      return reduceDialog(view, event)
  }
}

type DialogEvent = Extract<
  ChatEvent,
  { type: 'dialog' | 'form-filled' | 'dialog-foreseen' | 'dialog-ready' | 'dialog-closed' }
>

function reduceDialog(view: View, event: DialogEvent): View {
  switch (event.type) {
    case 'dialog':
      return { ...view, dialogs: [...view.dialogs, event.dialog] }
    case 'dialog-foreseen':
      return withDialog(view, event.id, one =>
        one.kind === 'call' ? { ...one, foreseen: event.lines } : one,
      )
    case 'form-filled': {
      const { at, values } = event
      return withDialog(view, event.id, one => (one.kind === 'form' ? { ...one, at, values } : one))
    }
    case 'dialog-ready':
      return withDialog(view, event.id, one => ({ ...one, ready: true }))
    case 'dialog-closed':
      return dialogClosed(view, event.id, event.allowed)
  }
}

function withDialog(view: View, id: number, change: (dialog: Dialog) => Dialog): View {
  return { ...view, dialogs: view.dialogs.map(one => (one.id === id ? change(one) : one)) }
}

function reduceQuestion(view: View, event: AgentEvent): View {
  const next = reduceAgent({ ...view, silent: 0 }, event)
  return event.type === 'failed' || event.type === 'cancelled' ? withUnsent(next) : next
}
