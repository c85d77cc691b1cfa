import type { View } from '../view/view.ts'

/** How many rows each part may take: a live part taller than the screen would be left behind in the scrollback. */
export interface Room {
  streaming: number
  /** Of a dialog; longer arguments are printed above it. */
  dialog: number
  typed: number
  /** Of the list under the line being typed. */
  list: number
  queued: number
  /** Too small for empty lines and for lines that wrap. */
  isTiny: boolean
}

export const CALLS_BESIDE_DIALOG = 2
const MOST_OFFERED = 8
const MOST_QUEUED = 3

/** @param offered how many rows the list has */
export function roomOn(rows: number, offered: number, { queued, dialogs }: View): Room {
  const isTiny = rows < 14
  const list = Math.max(0, Math.min(MOST_OFFERED, offered, Math.floor(rows / 2) - 2))
  // A dialog is the only thing that a person should look at.
  const waiting = dialogs.length > 0 ? 0 : Math.min(isTiny ? 1 : MOST_QUEUED, queued.length)
  const above = { list, queued: waiting, isTiny }
  // The prompt on two lines, and what the chat is doing.
  if (isTiny)
    return {
      ...above,
      streaming: Math.max(0, rows - 5 - list - waiting),
      dialog: 0,
      typed: Math.max(1, rows - 4 - waiting),
    }
  const streaming = Math.max(0, rows - 11 - list - waiting)
  return { ...above, streaming, dialog: streaming - CALLS_BESIDE_DIALOG, typed: rows - 9 - waiting }
}
