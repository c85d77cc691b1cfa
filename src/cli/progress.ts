// Events of the stack as a person sees them: on a terminal one moving line for each server that is at work, elsewhere
// plain lines, and with --json one object on each line.

import { createLogUpdate } from 'log-update'
import { cut } from '../base/text/columns.ts'
import { stateWords } from '../base/text/state-words.ts'
import { customerTitle, keyText, type Project } from '../config/project.ts'
import type { ServerState, StackEvent } from '../stack/events.ts'
import { explainedText } from './error-text.ts'
import type { Printer } from './print/printer.ts'
import { STATE_STYLES } from './print/state-style.ts'

export interface Progress {
  emit(event: StackEvent): void
  /** Stops redrawing; the lines that are there stay. */
  end(): void
}

export interface ProgressOptions {
  print: Printer
  project: Project
  stream: NodeJS.WriteStream
}

/** Shows stack events in the form that suits this terminal and these options. */
export function createProgress(options: ProgressOptions): Progress {
  const { print, stream } = options
  if (print.mode === 'json') return { emit: event => print.json(event), end: () => {} }
  if (print.mode === 'text' && stream.isTTY) return withLateServers(options, liveProgress(options))
  const printEvent = print.mode === 'quiet' ? printFailure : printPlain
  return withLateServers(options, { emit: event => printEvent(options, event), end: () => {} })
}

/**
 * Names the servers that are still starting when `up` is done: no event says that they timed out. An `up` that was
 * interrupted is never done, and says nothing about them.
 */
function withLateServers({ print, project }: ProgressOptions, progress: Progress): Progress {
  const starting = new Map<string, StateEvent>()
  let isDone = false
  return {
    emit(event) {
      if (event.type === 'state') {
        if (event.state === 'starting') starting.set(keyText(event), event)
        else starting.delete(keyText(event))
      }
      isDone ||= event.type === 'done'
      progress.emit(event)
    },
    end() {
      progress.end()
      if (!isDone) return
      for (const event of starting.values()) {
        const message = `${serverTitle(project, event)}: still starting`
        const hint = `run \`supportmax logs ${event.customer} ${event.server}\` to see why`
        print.error(explainedText({ message, hint }, print.noteLayout))
      }
    },
  }
}

type StateEvent = Extract<StackEvent, { type: 'state' }>

function isFailure(event: StackEvent): event is StateEvent {
  return event.type === 'state' && event.state !== 'ready' && event.state !== 'starting'
}

function printFailure({ print, project }: ProgressOptions, event: StackEvent): void {
  if (isFailure(event)) print.error(stateLine(print, project, event))
}

function printPlain(options: ProgressOptions, event: StackEvent): void {
  const text = eventText(options, event)
  if (text !== undefined) options.print.note(text)
}

function eventText({ print, project }: ProgressOptions, event: StackEvent): string | undefined {
  switch (event.type) {
    case 'planned':
      return planText(print, event)
    case 'state':
      return stateLine(print, project, event)
    case 'progress':
      return `${serverTitle(project, event)}: ${event.text}`
    case 'removed':
      return `${serverTitle(project, event)}: removed`
    case 'waiting':
    case 'note':
      return explainedText({ message: event.text }, print.noteLayout)
    case 'done':
      return undefined
  }
}

function planText(print: Printer, event: Extract<StackEvent, { type: 'planned' }>): string | undefined {
  const work = event.steps.filter(step => step.kind !== 'keep')
  const kept = event.steps.length - work.length
  if (work.length === 0)
    return kept > 0 ? `nothing to change: ${kept} unchanged (${event.runtime})` : undefined
  const lines = work.map(step => `  ${step.kind.padEnd(8)} ${step.server}: ${step.cause}`)
  const message = [print.noteLayout.style('dim', `plan (${event.runtime})`), ...lines].join('\n')
  return explainedText({ message }, print.noteLayout)
}

function stateLine(print: Printer, project: Project, event: StateEvent): string {
  const { state, reason, hint, seconds } = event
  const words = print.noteLayout.style(STATE_STYLES[state], stateWords(state))
  const time = seconds > 0 ? print.noteLayout.style('dim', ` (${seconds.toFixed(1)} s)`) : ''
  const message = `${serverTitle(project, event)}: ${words}${reasonText(state, reason)}${time}`
  return explainedText({ message, hint }, print.noteLayout)
}

function reasonText(state: ServerState, reason: string): string {
  // The reason of a starting server is always that it does not listen yet.
  if (reason === '' || state === 'starting') return ''
  return state === 'ready' ? `, ${reason}` : `: ${reason}`
}

function serverTitle(
  project: Project,
  { customer: id, server }: { customer: string; server: string },
): string {
  const customer = project.customers.find(one => one.id === id)
  return `${customer ? customerTitle(customer) : id} ${server}`
}

const FRAME_MS = 250

/** A server that is done is printed for good above; those still at work are redrawn below, with their seconds. */
function liveProgress(options: ProgressOptions): Progress {
  const { print, project, stream } = options
  const draw = createLogUpdate(stream, { showCursor: true })
  const moving = new Map<string, { text: string; since: number }>()
  const redraw = () => draw(movingLines(moving.values(), stream).join('\n'))
  const ticking = setInterval(redraw, FRAME_MS)
  return {
    emit(event) {
      const key = 'customer' in event ? keyText(event) : ''
      if (event.type === 'progress' || (event.type === 'state' && event.state === 'starting')) {
        const what = event.type === 'progress' ? event.text : stateWords(event.state)
        const since = moving.get(key)?.since ?? performance.now()
        moving.set(key, { text: `${serverTitle(project, event)}: ${what}`, since })
        return redraw()
      }
      if (event.type === 'state') moving.delete(key)
      const text = eventText(options, event)
      if (text === undefined) return
      draw.clear()
      print.note(text)
      redraw()
    },
    end() {
      clearInterval(ticking)
      draw.clear()
      draw.done()
    },
  }
}

/** As many lines as the terminal can redraw in place, none of them wrapped. */
function movingLines(
  moving: Iterable<{ text: string; since: number }>,
  { columns = 80, rows = 24 }: NodeJS.WriteStream,
): string[] {
  const lines = [...moving].map(({ text, since }) => {
    const seconds = ((performance.now() - since) / 1_000).toFixed(1).padStart(5)
    return cut(`${seconds} s  ${text}`, columns - 1)
  })
  return lines.slice(0, Math.max(1, rows - 2))
}
