// Events as lines for a pipe or a file, and what is said at the end.

import { counted } from '../../base/text/amounts.ts'
import { stateWords } from '../../base/text/state-words.ts'
import type { PlannedStep, StackEvent } from '../../stack/events.ts'
import { explainedText } from '../error-text.ts'
import type { Layout } from '../print/printer.ts'
import { STATE_STYLES } from '../print/state-style.ts'
import { type Board, failuresOf, isUnchanged, type StateEvent } from './board.ts'
import { type Cause, causesOf, nextStep } from './causes.ts'
import type { Names } from './names.ts'

export interface TextLayout extends Layout {
  names: Names
  /** How many customers the configuration has. */
  customers: number
}

/** One event on a line; undefined if it is not worth one. */
export function eventText(event: StackEvent, board: Board, layout: TextLayout): string | undefined {
  switch (event.type) {
    case 'planned':
      // What `down` removes has a line each when it is gone.
      return event.steps.every(step => step.cause === 'down') ? undefined : planText(event, 'grouped', layout)
    case 'state':
      // Where nothing was started, only what is wrong is news.
      return event.state === 'ready' && isUnchanged(board) ? undefined : stateText(event, layout)
    case 'progress':
      return event.phase === 'preparing' ? `${layout.names.title(event)}: ${event.text}` : undefined
    case 'removed':
      return `${layout.names.title(event)}: removed`
    case 'waiting':
    case 'note':
      return explainedText({ message: event.text }, layout)
    case 'done':
      return undefined
  }
}

/** The steps that change something; `grouped`: those of the same kind and cause on one line. */
export function planText(
  event: Extract<StackEvent, { type: 'planned' }>,
  form: 'grouped' | 'each',
  layout: Layout,
): string | undefined {
  const work = event.steps.filter(step => step.kind !== 'keep')
  const kept = event.steps.length - work.length
  if (work.length === 0 && kept === 0) return form === 'each' ? 'nothing to change' : undefined
  if (work.length === 0) return `nothing to change: ${kept} unchanged (${event.runtime})`
  const groups = [...Map.groupBy(work, step => `${step.kind} ${step.cause}`).values()]
  const lines = form === 'each' ? work.map(step => stepLine([step])) : groups.map(stepLine)
  const unchanged = kept > 0 ? [`  keep     ${kept} unchanged`] : []
  const message = [layout.style('dim', `plan (${event.runtime})`), ...lines, ...unchanged].join('\n')
  return explainedText({ message }, layout)
}

/** Up to three servers are named. */
function stepLine(steps: readonly PlannedStep[]): string {
  const [first] = steps
  const who = steps.length > 3 ? counted(steps.length, 'server') : steps.map(step => step.server).join(', ')
  return `  ${first?.kind.padEnd(8)} ${who}: ${first?.cause}`
}

/** Why a server is not ready is said at the end, once for all that share the cause. */
function stateText(event: StateEvent, layout: TextLayout): string {
  const { state, reason, seconds } = event
  const words = layout.style(STATE_STYLES[state], stateWords(state))
  const time = seconds > 0 ? layout.style('dim', ` (${seconds.toFixed(1)} s)`) : ''
  const tools = state === 'ready' && reason !== '' ? `, ${reason}` : ''
  return explainedText({ message: `${layout.names.title(event)}: ${words}${tools}${time}` }, layout)
}

/** Each cause of failure once, with who has it and what to do, and one next step; empty if nothing has failed. */
export function failureTexts(board: Board, layout: TextLayout): string[] {
  const failures = failuresOf(board)
  if (failures.length === 0) return []
  const customers = new Set([...board.rows.values()].map(row => row.customer)).size
  const causes = causesOf(failures).map(cause => causeText(cause, customers, layout))
  const then = `when that is fixed, ${nextStep(failures, layout.customers)}`
  return [...causes, explainedText({ message: then }, layout)]
}

function causeText({ first, events, reason, hint }: Cause, customers: number, layout: TextLayout): string {
  const { style, names } = layout
  const words = first.state === 'starting' ? 'still starting' : stateWords(first.state)
  const state = style(STATE_STYLES[first.state], words)
  const why = reason === '' ? '' : `: ${reason}`
  if (events.length === 1)
    return explainedText({ message: `${names.title(first)}: ${state}${why}`, hint }, layout)
  const head = `${events.length} servers ${state}${why}`
  return explainedText({ message: `${head}\n  ${whoText(events, customers, layout)}`, hint }, layout)
}

const MOST_NAMES = 3

/** `grafana of Acme, Globex and 10 more; genesys of all 12 customers`; all names where nothing is cut. */
export function whoText(
  events: readonly StateEvent[],
  customers: number,
  { names, width }: Pick<TextLayout, 'names' | 'width'>,
): string {
  return [...Map.groupBy(events, event => event.server)]
    .map(([server, of]) => {
      if (of.length === customers && of.length > MOST_NAMES) return `${server} of all ${customers} customers`
      const shown = width === undefined ? of : of.slice(0, MOST_NAMES)
      const rest = of.length - shown.length
      const list = shown.map(event => names.customer(event.customer)).join(', ')
      return `${server} of ${list}${rest > 0 ? ` and ${rest} more` : ''}`
    })
    .join('; ')
}
