// What is kept of a customer's conversations and requests goes with its id.

import { join } from 'node:path'
import { reasonOf } from '../../base/errors.ts'
import { asideOf, moveTranscripts, putTranscriptsAside } from '../../store/transcripts/removal/move.ts'
import { moveUsage } from '../../store/usage-removal.ts'
import type { Context } from '../context.ts'

/** To the id that the customer has from now on. */
export function moveKept(
  { print }: Pick<Context, 'print'>,
  folder: string,
  ids: { from: string; to: string },
): void {
  const { from, to } = ids
  const aside = asideOf(to)
  told(print, 'conversations', () => moveTranscripts(folder, from, to))
  told(print, 'usage records', () => moveUsage(join(folder, 'usage.db'), to, aside))
  told(print, 'usage records', () => moveUsage(join(folder, 'usage.db'), from, to))
}

/** Of a customer that is removed: another one of the same id must not find it. */
export function putKeptAside(
  { print }: Pick<Context, 'print'>,
  folder: string,
  customerId: string,
  what = 'its conversations',
): void {
  const aside = asideOf(customerId)
  const isKept = told(print, 'conversations', () => putTranscriptsAside(folder, customerId, aside))
  told(print, 'usage records', () => moveUsage(join(folder, 'usage.db'), customerId, aside))
  if (isKept)
    print.note(
      `${what} are kept as ${aside} until they are too old: \`supportmax transcript erase --customer ${aside}\` erases them`,
    )
}

/** A warning is enough: the configuration has already changed. */
function told<T>(print: Context['print'], what: string, work: () => T): T | undefined {
  try {
    return work()
  } catch (error) {
    print.note(`warning: ${what} were not moved: ${reasonOf(error)}`)
    return undefined
  }
}
