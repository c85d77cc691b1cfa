import { isDeepStrictEqual } from 'node:util'
import {
  answerText,
  argumentsText,
  crossCheckingText,
  doubtTexts,
  leftOutText,
  lostText,
  missingNotice,
  outcomeWords,
  RETRACTED_TEXT,
  reroutedText,
  troubleNotice,
} from '../../agent/event-text.ts'
import type { AgentEvent, Cancelled, Failed, FinalAnswer } from '../../agent/events.ts'
import { withUnknownStruck } from '../../agent/evidence/citations.ts'
import { redact } from '../../base/redact.ts'
import { counted } from '../../base/text/amounts.ts'
import { clean, cleanLine } from '../../base/text/terminal-text.ts'
import { MAY_HAVE_RUN } from '../../toolset/toolset.ts'
import { closeOpen, splitFinished } from './blocks.ts'
import { inChat } from './hint.ts'
import { stateTone } from './state-tone.ts'
import type { CallLine, ChatEvent, Item, Published, Tone, View } from './view.ts'

/** The next view. Pure. */
export function reduce(view: View, event: ChatEvent): View {
  switch (event.type) {
    case 'asked': {
      const asked = add(saidUnchecked(view), {
        kind: 'question',
        customer: view.customer,
        text: clean(event.text),
      })
      return { ...asked, asking: event.question, silent: 0, text: '', calls: [], results: event.results ?? 0 }
    }
    case 'agent':
      return event.question === view.asking ? reduceAgent({ ...view, silent: 0 }, event.event) : view
    case 'second':
      return event.question === view.asking ? aSecondLater(view) : view
    case 'switching': {
      const left = ended(
        view,
        view.asking === undefined ? undefined : note('quiet', 'cancelled: you switched to another customer'),
      )
      const next = {
        ...left,
        customer: event.customer,
        phase: 'connecting' as const,
        tools: 0,
        missing: 0,
        unchecked: undefined,
      }
      // A reloaded file may have given the same customer another name or access.
      return isDeepStrictEqual(event.customer, view.customer)
        ? next
        : add(next, { kind: 'customer', customer: event.customer })
    }
    case 'published':
      return event.customer === view.customer.id ? published(view, event.toolset) : view
    case 'checked':
      return event.customer === view.customer.id ? checked(view, event.troubled) : view
    case 'not-checked':
      return event.customer === view.customer.id ? saidUnchecked(view) : view
    case 'switch-failed':
      return event.customer === view.customer.id ? switchFailed(view, event) : view
    case 'command':
      return add(saidUnchecked(view), { kind: 'command', customer: view.customer, text: clean(event.text) })
    case 'note':
      return add(view, note(event.tone, event.text, event.hint))
    case 'dialog':
      return { ...view, dialogs: [...view.dialogs, event.dialog] }
    case 'dialog-ready':
      return {
        ...view,
        dialogs: view.dialogs.map(one => (one.id === event.id ? { ...one, ready: true } : one)),
      }
    case 'dialog-closed':
      return dialogClosed(view, event.id, event.allowed)
  }
}

type Fresh = Item extends infer One ? (One extends Item ? Omit<One, 'id'> : never) : never

function add(view: View, ...items: Fresh[]): View {
  const from = view.finished.length
  return {
    ...view,
    finished: [...view.finished, ...items.map((item, i) => ({ ...item, id: from + i }) as Item)],
  }
}

function note(tone: Tone, text: string, hint?: string): Fresh {
  return { kind: 'note', tone, text: clean(text), hint: hint ? inChat(cleanLine(hint)) : undefined }
}

function reduceAgent(view: View, event: AgentEvent): View {
  switch (event.type) {
    case 'text': {
      const { done, rest } = splitFinished(view.text + clean(event.text))
      return { ...(done ? add(view, answerPart(done, view)) : view), text: rest }
    }
    case 'call-started': {
      const { id, number, server, tool, args } = event
      const line = {
        id,
        number,
        server,
        tool: cleanLine(tool),
        args: cleanLine(redact(argumentsText(args))),
        seconds: 0,
        allowed: false,
        outcome: undefined,
      }
      const flushed = flush(view)
      return { ...flushed, calls: [...flushed.calls, line] }
    }
    case 'call-ended': {
      const { kind, took, cutBytes } = event.outcome
      const call = view.calls.find(one => one.id === event.id)
      if (!call) return view
      const words = outcomeWords(event.outcome)
      // Its words are ours, with a hint for the command line.
      const outcome = { kind, took, cutBytes, text: kind === 'failed' ? inChat(words) : words }
      const results = Math.max(view.results, call.number ?? 0)
      const left = { ...view, results, calls: view.calls.filter(one => one !== call) }
      return add(left, { kind: 'call', call: { ...call, outcome } })
    }
    case 'rerouted':
      return add({ ...view, text: '' }, note('warn', reroutedText(event)))
    case 'retracted':
      return add({ ...view, text: '' }, note('quiet', RETRACTED_TEXT))
    case 'notice':
      return add(flush(view), note('warn', cleanLine(event.text)))
    case 'left-out':
      return add(flush(view), note('quiet', leftOutText(event)))
    case 'cross-checking':
      return add(flush(view), note('quiet', crossCheckingText(event.platforms)))
    case 'answer':
      return answered(view, event)
    case 'failed':
      return withLost(ended(view, note('bad', event.reason, failedHint(event))), event)
    case 'cancelled':
      return withLost(ended(view, note('quiet', 'cancelled')), event)
  }
}

/** With what it cites and there never was struck out. */
function answerPart(text: string, { results }: View): Fresh {
  return { kind: 'text', text: withUnknownStruck(redact(text), one => one >= 1 && one <= results) }
}

function failedHint({ hint, isPartlyKept }: Failed): string | undefined {
  return isPartlyKept
    ? hint?.replace(/^ask again( in a moment)?/, '$& to continue from the tool results')
    : hint
}

function dialogClosed(view: View, id: number, allowed: boolean): View {
  const dialog = view.dialogs.find(one => one.id === id)
  const isItsCall = ({ server, tool, args, allowed }: CallLine) =>
    !allowed &&
    server === dialog?.server &&
    tool === cleanLine(dialog.tool) &&
    args === cleanLine(argumentsText(dialog.args))
  const call = allowed ? view.calls.find(isItsCall) : undefined
  const calls = view.calls.map(one => (one === call ? { ...one, allowed } : one))
  return { ...view, calls, dialogs: view.dialogs.filter(one => one !== dialog) }
}

/** The demo model says what it is at the end of each answer. */
function answered(view: View, event: FinalAnswer): View {
  const done = ended(view, event.platform === 'demo' ? undefined : note('quiet', answerText(event)))
  return add(done, ...doubtTexts(event.check).map(text => note('warn', text)))
}

function withLost(view: View, event: Failed | Cancelled): View {
  const lost = lostText(event)
  return lost === undefined ? view : add(view, note('quiet', lost))
}

function aSecondLater(view: View): View {
  const isRunning = ({ server, tool }: CallLine) =>
    !view.dialogs.some(one => one.server === server && cleanLine(one.tool) === tool)
  const calls = view.calls.map(one => (isRunning(one) ? { ...one, seconds: one.seconds + 1 } : one))
  return { ...view, silent: view.silent + 1, calls }
}

function flush(view: View): View {
  return view.text.trim() ? { ...add(view, answerPart(view.text, view)), text: '' } : { ...view, text: '' }
}

/** Ends the question: finishes the streamed text, and draws calls that still run as cancelled. Writes may have run. */
function ended(view: View, last: Fresh | undefined): View {
  const flushed = flush({ ...view, text: closeOpen(view.text) })
  const cut = { kind: 'cancelled' as const, took: 0, cutBytes: 0 }
  const calls = flushed.calls.map((call): Fresh => {
    const outcome = { ...cut, text: call.allowed ? MAY_HAVE_RUN : '' }
    return { kind: 'call', call: { ...call, outcome } }
  })
  return { ...add(flushed, ...calls, ...(last ? [last] : [])), calls: [], asking: undefined, dialogs: [] }
}

/** Nothing is shown as well before the systems behind the tools were asked. */
function published(view: View, { tools, withheld, missing }: Published): View {
  const words = `${counted(tools, 'tool')}${withheld ? `, ${withheld} withheld` : ''}`
  const next = { ...view, phase: 'ready' as const, tools, missing: missing.length }
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

function checked(view: View, troubled: Published['missing']): View {
  const { unchecked } = view
  const tone = troubled.length > 0 ? 'warn' : 'good'
  const notes = troubled.map(troubleNote)
  if (unchecked !== undefined) return add({ ...view, unchecked: undefined }, note(tone, unchecked), ...notes)
  return notes.length > 0 ? add(flush(view), ...notes) : view
}

function troubleNote(server: Published['missing'][number]): Fresh {
  const { text, hint } = troubleNotice(server)
  return server.state === 'ready' ? note('warn', text, hint) : serverNote({ text, hint }, server.state)
}

/** The person asks before the check has ended. */
function saidUnchecked(view: View): View {
  const { unchecked } = view
  return unchecked === undefined ? view : add({ ...view, unchecked: undefined }, note('info', unchecked))
}

function serverNote({ text, hint }: ReturnType<typeof missingNotice>, state: string): Fresh {
  return note(stateTone(state), text, hint)
}

function switchFailed(view: View, event: Extract<ChatEvent, { type: 'switch-failed' }>): View {
  const failure = note('bad', `${view.customer.name}: ${event.reason}`, event.hint)
  if (!event.back) return { ...add(view, failure), phase: 'ready' }
  const back = { ...view, customer: event.back, phase: 'ready' as const }
  return add(back, failure, { kind: 'customer', customer: event.back })
}
