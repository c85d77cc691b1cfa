import { milliseconds } from '../../../base/text/amounts.ts'
import type { View } from '../view.ts'

/** `calling 2 tools · 12 s · 4 done · Esc cancels`; empty while the chat waits for the person. */
export function doingText(view: View): string {
  if (view.dialogs.length > 0) return ''
  if (view.phase === 'connecting') return `connecting to ${view.customer.name}…`
  if (view.asking === undefined)
    return view.unchecked ? `${view.unchecked}; checking the systems behind them…` : ''
  const running = view.calls.length
  const time = secondsText(running > 0 ? Math.max(...view.calls.map(one => one.seconds)) : view.silent)
  const what =
    running > 0 ? `calling ${toolsText(running)}` : view.writing ? 'answering' : 'waiting for the model'
  const done =
    view.callsEnded > 0 ? `${view.callsEnded} ${running > 0 ? 'done' : toolCalls(view.callsEnded)}` : ''
  // With lines in the queue, Esc is for them first.
  const cancel = view.queued.length > 0 ? '' : 'Esc cancels'
  return [what, time, done, cancel].filter(Boolean).join(' · ')
}

function toolsText(count: number): string {
  return count === 1 ? '1 tool' : `${count} tools`
}

function toolCalls(count: number): string {
  return count === 1 ? 'call so far' : 'calls so far'
}

/** Nothing in the first second, which most calls do not reach. */
export function secondsText(seconds: number): string {
  return seconds > 0 ? milliseconds(seconds * 1_000) : ''
}
