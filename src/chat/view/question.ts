// What the events of a running question do to the view.

import {
  answerText,
  argumentsText,
  compactedText,
  crossCheckingText,
  doubtTexts,
  leftOutText,
  lostText,
  outcomeWords,
  RETRACTED_TEXT,
  reroutedText,
} from '../../agent/event-text.ts'
import type { AgentEvent, Cancelled, Failed, FinalAnswer, Turned } from '../../agent/events.ts'
import { withUnknownStruck } from '../../agent/evidence/citations.ts'
import { seriesTable } from '../../agent/series/table.ts'
import { asTyped } from '../../base/package-root.ts'
import { redact } from '../../base/redact.ts'
import { clean, cleanGrowing, cleanLine } from '../../base/text/terminal-text.ts'
import { MAY_HAVE_RUN, type ToolOutcome } from '../../toolset/toolset.ts'
import type { Dialog } from './dialogs.ts'
import { add, type Fresh, note } from './items.ts'
import type { CallLine, Standing, View } from './view.ts'
import { closeOpen, splitFinished } from './words/blocks.ts'
import { inChat } from './words/hint.ts'

export function reduceAgent(view: View, event: AgentEvent): View {
  switch (event.type) {
    case 'text': {
      const { done, rest } = splitFinished(cleanGrowing(view.text + event.text))
      return { ...(done ? add(view, answerPart(done, view)) : view), text: rest, writing: true }
    }
    case 'call-started': {
      const { id, number, server, tool, args, effect } = event
      const line: CallLine = {
        id,
        number,
        server,
        tool: cleanLine(tool),
        args: shownArguments(args),
        progress: undefined,
        seconds: 0,
        isWrite: effect !== undefined && effect !== 'read',
        allowed: undefined,
        outcome: undefined,
      }
      const flushed = flush(view)
      return { ...flushed, writing: false, calls: [...flushed.calls, line] }
    }
    case 'compacted':
      return add(flush(view), note('quiet', compactedText(event)))
    case 'turn':
      return { ...view, standing: { ...view.standing, ...standingAfter(event) } }
    case 'call-progress': {
      const { id, progress } = event
      return { ...view, calls: view.calls.map(one => (one.id === id ? { ...one, progress } : one)) }
    }
    case 'call-ended': {
      const { kind, took, cutBytes } = event.outcome
      const call = view.calls.find(one => one.id === event.id)
      if (!call) return view
      const words = outcomeWords(event.outcome)
      // Its words are ours, with a hint for the command line.
      const text = kind === 'failed' ? asTyped(inChat(words), view.command) : words
      const outcome = { kind, took, cutBytes, part: event.part, text }
      const results = Math.max(view.results, call.number ?? 0)
      const left = {
        ...view,
        results,
        callsEnded: view.callsEnded + 1,
        calls: view.calls.filter(one => one !== call),
      }
      return add(left, { kind: 'call', call: { ...call, outcome, series: seriesOf(call, event.outcome) } })
    }
    case 'rerouted':
      return add({ ...view, text: '', writing: false }, note('warn', reroutedText(event)))
    case 'retracted':
      return add({ ...view, text: '', writing: false }, note('quiet', RETRACTED_TEXT))
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

/** Of a result that is evidence. */
function seriesOf({ number }: CallLine, { kind, text, whole = text }: ToolOutcome): CallLine['series'] {
  return number !== undefined && kind === 'answered' ? seriesTable(whole) : undefined
}

function standingAfter({ model, usage, window }: Turned): Partial<Standing> {
  return { model, window, used: usage && usage.inputTokens + usage.outputTokens }
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

export function dialogClosed(view: View, id: number, allowed: boolean): View {
  const dialog = view.dialogs.find(one => one.id === id)
  const call = askedAbout(dialog, view.calls)
  const calls = view.calls.map(one => (one === call ? { ...one, allowed } : one))
  return { ...view, calls, dialogs: view.dialogs.filter(one => one !== dialog) }
}

function shownArguments(args: unknown): string {
  return cleanLine(redact(argumentsText(args)))
}

/** Of several like it, the first that has no answer. */
function askedAbout(dialog: Dialog | undefined, calls: readonly CallLine[]): CallLine | undefined {
  if (dialog?.kind !== 'call') return undefined
  const [tool, args] = [cleanLine(dialog.tool), shownArguments(dialog.args)]
  return calls.find(
    one =>
      one.allowed === undefined && one.server === dialog.server && one.tool === tool && one.args === args,
  )
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

export function aSecondLater(view: View): View {
  // The time that a person takes to answer does not count.
  const isWaitedFor = (dialog: Dialog, { server, tool }: CallLine) =>
    dialog.kind === 'call'
      ? dialog.server === server && cleanLine(dialog.tool) === tool
      : dialog.kind === 'form' && dialog.server === server
  const isRunning = (call: CallLine) => !view.dialogs.some(one => isWaitedFor(one, call))
  const calls = view.calls.map(one => (isRunning(one) ? { ...one, seconds: one.seconds + 1 } : one))
  const silent = view.dialogs.length > 0 ? view.silent : view.silent + 1
  return { ...view, silent, calls }
}

export function flush(view: View): View {
  return view.text.trim()
    ? { ...add(view, answerPart(clean(view.text), view)), text: '' }
    : { ...view, text: '' }
}

/** Ends the question: finishes the streamed text, and draws calls that still run as cancelled. Writes may have run. */
export function ended(view: View, last: Fresh | undefined): View {
  const flushed = flush({ ...view, text: closeOpen(view.text) })
  const cut = { kind: 'cancelled' as const, took: 0, cutBytes: 0 }
  const answered = view.dialogs.reduce((left, one) => {
    const asked = askedAbout(one, left)
    return left.map(call => (call === asked ? { ...call, allowed: false } : call))
  }, flushed.calls)
  const calls = answered.map((call): Fresh => {
    const mayHaveRun = call.allowed ?? call.isWrite
    const outcome = { ...cut, text: mayHaveRun ? MAY_HAVE_RUN : '' }
    return { kind: 'call', call: { ...call, outcome } }
  })
  const dialogs = view.dialogs.filter(one => one.kind === 'send')
  return { ...add(flushed, ...calls, ...(last ? [last] : [])), calls: [], asking: undefined, dialogs }
}
