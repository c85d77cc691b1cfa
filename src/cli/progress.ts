// Events of the stack as a person sees them: a line a server that moves on a terminal, plain lines elsewhere,
// one JSON object a line with --json.

import { createLogUpdate } from 'log-update'
import { customerTitle, type Project } from '../config/project.ts'
import type { StackEvent, State } from '../stack/events.ts'
import type { Printer, Style } from './print.ts'

export interface Progress {
  emit(event: StackEvent): void
  /** Leaves the last picture standing. */
  end(): void
}

export interface ProgressOptions {
  print: Printer
  project: Project
  stream: NodeJS.WriteStream
}

/** The face of stack events for this terminal and these options. */
export function createProgress(options: ProgressOptions): Progress {
  const { print, stream } = options
  if (print.mode === 'json') return { emit: event => print.json(event), end: () => {} }
  if (print.mode === 'quiet') return { emit: event => tellFailure(options, event), end: () => {} }
  return stream.isTTY ? live(options) : { emit: event => tellPlain(options, event), end: () => {} }
}

const COLORS: Record<State, Style> = {
  ready: 'green',
  starting: 'dim',
  stopped: 'yellow',
  degraded: 'yellow',
  auth_required: 'red',
  unhealthy: 'red',
  crash_loop: 'red',
  missing_credentials: 'yellow',
}

/** A state in its colour. */
export function stateText(print: Printer, state: State): string {
  return print.style(COLORS[state], state)
}

type StateEvent = Extract<StackEvent, { type: 'state' }>

function isBad(event: StackEvent): event is StateEvent {
  return event.type === 'state' && event.state !== 'ready' && event.state !== 'starting'
}

function tellFailure({ print, project }: ProgressOptions, event: StackEvent): void {
  if (isBad(event)) print.error(stateLine(print, project, event))
}

function tellPlain(options: ProgressOptions, event: StackEvent): void {
  const text = lineOf(options, event)
  if (text !== undefined) options.print.note(text)
}

function lineOf({ print, project }: ProgressOptions, event: StackEvent): string | undefined {
  switch (event.type) {
    case 'planned':
      return planText(print, event)
    case 'state':
      return stateLine(print, project, event)
    case 'progress':
      return `${titleOf(project, event.customer)} ${event.server}: ${event.text}`
    case 'removed':
      return `${titleOf(project, event.customer)} ${event.server}: removed`
    case 'waiting':
    case 'note':
      return event.text
    case 'done':
      return undefined
  }
}

function planText(print: Printer, event: Extract<StackEvent, { type: 'planned' }>): string | undefined {
  const work = event.steps.filter(step => step.kind !== 'keep')
  const kept = event.steps.length - work.length
  if (work.length === 0)
    return kept > 0 ? `nothing to change: ${kept} run unchanged (${event.runtime})` : undefined
  const lines = work.map(step => `  ${step.kind.padEnd(8)} ${step.server}: ${step.cause}`)
  return [print.style('dim', `plan (${event.runtime})`), ...lines].join('\n')
}

function stateLine(print: Printer, project: Project, event: StateEvent): string {
  const seconds = event.seconds > 0 ? print.style('dim', ` ${event.seconds.toFixed(1)} s`) : ''
  const hint = event.hint === '' ? '' : print.style('dim', `\n    ${event.hint}`)
  const reason = event.reason === '' ? '' : ` ${event.reason}`
  return `${titleOf(project, event.customer)} ${event.server}: ${stateText(print, event.state)}${reason}${seconds}${hint}`
}

function titleOf(project: Project, id: string): string {
  const customer = project.customers.find(one => one.id === id)
  return customer ? customerTitle(customer) : id
}

const FRAME_MS = 250

/** What has ended is printed for good above; what still moves is redrawn below it, its seconds running. */
function live(options: ProgressOptions): Progress {
  const { print, project, stream } = options
  const draw = createLogUpdate(stream, { showCursor: true })
  const moving = new Map<string, { text: string; since: number }>()
  const redraw = () => {
    const width = (stream.columns ?? 80) - 1
    const lines = [...moving.values()].map(({ text, since }) => {
      const seconds = ((performance.now() - since) / 1_000).toFixed(1).padStart(5)
      return `${seconds} s  ${text}`.slice(0, width)
    })
    draw(lines.slice(0, Math.max(1, (stream.rows ?? 24) - 2)).join('\n'))
  }
  const ticking = setInterval(redraw, FRAME_MS)
  return {
    emit(event) {
      const key = 'customer' in event ? `${event.customer}/${event.server}` : ''
      if (event.type === 'progress' || (event.type === 'state' && event.state === 'starting')) {
        const what = event.type === 'progress' ? event.text : `${event.state}: ${event.reason}`
        const since = moving.get(key)?.since ?? performance.now()
        moving.set(key, { text: `${titleOf(project, event.customer)} ${event.server}  ${what}`, since })
        return redraw()
      }
      if (event.type === 'state') moving.delete(key)
      const text = lineOf(options, event)
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
