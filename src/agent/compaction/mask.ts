import { framedResult, unframed } from '../../platforms/calls/framed.ts'
import type { Message } from '../../platforms/platform.ts'

/** How a summary begins. */
export const SUMMARY_MARK = '[summary of the conversation so far; results keep their numbers]'

/** Shorter results are not worth a line in their place. In characters. */
const SHORT = 400

/**
 * The messages with the results of tools up to there left out, each with its number and how to read it again.
 *
 * @param end index of the first message that stays as it is
 */
export function masked(messages: readonly Message[], end: number): { messages: Message[]; count: number } {
  let count = 0
  const shortened = messages.map((message, at) => {
    if (at >= end || message.role !== 'tool' || message.text.length <= SHORT) return message
    const { number } = unframed(message.text)
    count++
    return { ...message, text: number === undefined ? LEFT_OUT : leftOut(number) }
  })
  return { messages: shortened, count }
}

const LEFT_OUT = '[left out to save room]'

function leftOut(number: number): string {
  return framedResult(number, `[left out to save room; read_result {"result": ${number}} reads it again]`)
}

/** Whether the model needs read_result for what it cannot see any more: results left out, or behind a summary. */
export function isShortened(messages: readonly Message[]): boolean {
  if (messages[0]?.text.startsWith(SUMMARY_MARK)) return true
  return messages.some(
    one => one.role === 'tool' && unframed(one.text).text.startsWith('[left out to save room;'),
  )
}

/** Where the last question begins: what came before it is about earlier ones. */
export function lastQuestion(messages: readonly Message[]): number {
  return Math.max(
    0,
    messages.findLastIndex(one => one.role === 'user'),
  )
}
