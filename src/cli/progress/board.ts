// What is known about each server while `up` or `down` works: the events so far, as data to draw.

import { keyText, type ServerKey } from '../../config/project.ts'
import type { StackEvent } from '../../stack/events.ts'

export type StateEvent = Extract<StackEvent, { type: 'state' }>
type ProgressEvent = Extract<StackEvent, { type: 'progress' }>

export interface BoardRow extends ServerKey {
  /** Whether it is to be removed; otherwise it is to become ready. */
  goal: 'ready' | 'removed'
  /** `planned`: nothing has happened to it yet. */
  phase: 'planned' | ProgressEvent['phase'] | 'done'
  /** What happens to it now, such as `pulling x: 2 of 5 layers`. */
  doing: string
  /** Its final state. */
  verdict: StateEvent | undefined
}

export interface Board {
  /** By keyText(), in the order of the plan. */
  rows: Map<string, BoardRow>
  /** undefined before the plan. */
  planned: Extract<StackEvent, { type: 'planned' }> | undefined
  /** What the whole command waits for. */
  waiting: string
  done: Extract<StackEvent, { type: 'done' }> | undefined
}

export function emptyBoard(): Board {
  return { rows: new Map(), planned: undefined, waiting: '', done: undefined }
}

/** Enters one event. */
export function advance(board: Board, event: StackEvent): void {
  board.waiting = event.type === 'waiting' ? event.text : event.type === 'note' ? board.waiting : ''
  switch (event.type) {
    case 'planned':
      board.planned = event
      for (const { server: key, kind } of event.steps) {
        const [customer = '', server = ''] = key.split('/')
        Object.assign(rowOf(board, { customer, server }), { goal: kind === 'remove' ? 'removed' : 'ready' })
      }
      return
    case 'progress':
      Object.assign(rowOf(board, event), { phase: event.phase, doing: event.text })
      return
    case 'state':
      Object.assign(rowOf(board, event), { phase: 'done', verdict: event })
      return
    case 'removed':
      Object.assign(rowOf(board, event), { goal: 'removed', phase: 'done' })
      return
    case 'done':
      board.done = event
  }
}

function rowOf(board: Board, { customer, server }: ServerKey): BoardRow {
  const key = keyText({ customer, server })
  const row = board.rows.get(key) ?? {
    customer,
    server,
    goal: 'ready',
    phase: 'planned',
    doing: '',
    verdict: undefined,
  }
  board.rows.set(key, row)
  return row
}

/** Servers with a final state other than ready, in the order of the plan. */
export function failuresOf({ rows }: Board): StateEvent[] {
  return [...rows.values()].flatMap(({ verdict }) => (verdict && verdict.state !== 'ready' ? [verdict] : []))
}

/** Whether it has reached its goal. */
export function isReached({ goal, phase, verdict }: BoardRow): boolean {
  return goal === 'removed' ? phase === 'done' : verdict?.state === 'ready'
}

/** Whether everything runs as configured, so that `up` only looks whether it answers. */
export function isUnchanged({ planned }: Board): boolean {
  return planned?.steps.every(step => step.kind === 'keep') ?? false
}
