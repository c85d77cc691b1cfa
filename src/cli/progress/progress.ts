// Events of the stack as a person sees them: on a terminal a board that is redrawn in place, elsewhere plain lines, and
// with --json one object on each line.

import { createLogUpdate } from 'log-update'
import type { Project } from '../../config/project.ts'
import type { StackEvent } from '../../stack/events.ts'
import type { Printer } from '../print/printer.ts'
import { advance, type Board, emptyBoard, isUnchanged } from './board.ts'
import { type BoardLayout, finalLines, liveLines } from './board-lines.ts'
import { canRedraw } from './can-redraw.ts'
import { eventText, failureTexts, planText } from './event-text.ts'
import { namesOf } from './names.ts'

export interface Progress {
  emit(event: StackEvent): void
  /** Stops redrawing, and says what has failed and why. */
  end(): void
}

export interface ProgressOptions {
  print: Printer
  project: Pick<Project, 'customers'>
  stream: NodeJS.WriteStream
  /** `each`: the plan names every server, for a plan that is not carried out (default: `grouped`). */
  plan?: 'grouped' | 'each'
}

/** Shows stack events in the form that suits this terminal and these options. */
export function createProgress(options: ProgressOptions): Progress {
  const { print, stream, plan } = options
  if (print.mode === 'json') return { emit: event => print.json(event), end: () => {} }
  const board = emptyBoard()
  return print.mode === 'text' && canRedraw(stream) && plan !== 'each'
    ? liveProgress(board, options)
    : plainProgress(board, options)
}

function layoutOf({ print: { noteLayout }, project }: ProgressOptions) {
  const { customers } = project
  return { ...noteLayout, names: namesOf(customers, noteLayout.style), customers: customers.length }
}

function plainProgress(board: Board, options: ProgressOptions): Progress {
  const { print, plan } = options
  return {
    emit(event) {
      advance(board, event)
      const layout = layoutOf(options)
      const text =
        event.type === 'planned' && plan === 'each'
          ? planText(event, plan, layout)
          : eventText(event, board, layout)
      if (text !== undefined) print.note(text)
    },
    end: () => printFailures(board, options),
  }
}

function printFailures(board: Board, options: ProgressOptions): void {
  for (const text of failureTexts(board, layoutOf(options))) options.print.error(text)
}

const FRAME_MS = 250
/** However many causes are listed below them. */
const LEAST_FINAL_ROWS = 4

function liveProgress(board: Board, options: ProgressOptions): Progress {
  const { print, stream } = options
  const draw = createLogUpdate(stream, { showCursor: true })
  const began = performance.now()
  const frame = () => liveLines(board, (performance.now() - began) / 1_000, boardLayout(options))
  const redraw = () => draw(frame().join('\n'))
  const ticking = setInterval(redraw, FRAME_MS)
  return {
    emit(event) {
      advance(board, event)
      // The board shows everything else; drawn at the next frame, since events come in dozens.
      if (event.type !== 'note' && !(event.type === 'planned' && isUnchanged(board))) return
      draw.clear()
      print.note(eventText(event, board, layoutOf(options)) ?? '')
      redraw()
    },
    end() {
      clearInterval(ticking)
      draw.clear()
      draw.done()
      const failures = failureTexts(board, layoutOf(options))
      const below = failures.join('\n').split('\n').length
      const layout = boardLayout(options)
      const rows = Math.max(LEAST_FINAL_ROWS, layout.rows - below)
      // After `up --no-wait`, nothing is known of the servers.
      const isComplete = board.done && [...board.rows.values()].every(row => row.phase === 'done')
      if (isComplete && !isUnchanged(board))
        for (const line of finalLines(board, { ...layout, rows })) print.note(line)
      for (const text of failures) print.error(text)
    },
  }
}

/** Leaves room for the lines around it: the summary, and the cursor's own. */
function boardLayout(options: ProgressOptions): BoardLayout {
  const { columns = 80, rows = 24 } = options.stream
  const { style, names } = layoutOf(options)
  return { columns, rows: Math.max(2, rows - 2), names, style }
}
