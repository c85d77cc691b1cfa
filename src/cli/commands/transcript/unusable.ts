// One customer's file that cannot be used must not keep a command from the files of the others.

import { EXIT, reasonOf, SupportError } from '../../../base/errors.ts'
import { errorText } from '../../error-text.ts'
import type { Printer } from '../../print/printer.ts'

/** Why something was not done for a customer, or for another part of what is kept. */
export interface Unusable {
  what: string
  reason: string
  hint: string | undefined
}

/** Does the work for each; a refusal ends it for all. */
export function eachOf<S extends { id: string }, T>(
  subjects: readonly S[],
  work: (subject: S) => T,
): { done: T[]; unusable: Unusable[] } {
  const [done, unusable]: [T[], Unusable[]] = [[], []]
  for (const subject of subjects)
    try {
      done.push(work(subject))
    } catch (error) {
      unusable.push(unusableFrom(subject.id, error))
    }
  return { done, unusable }
}

export function unusableFrom(what: string, error: unknown): Unusable {
  if (error instanceof SupportError && error.code === 'refused') throw error
  return { what, reason: reasonOf(error), hint: error instanceof SupportError ? error.hint : undefined }
}

/** Returns the exit code. */
export function sayUnusable(print: Printer, unusable: readonly Unusable[]): number {
  for (const { reason, hint } of unusable) print.error(errorText({ message: reason, hint }, print.noteLayout))
  return unusable.length > 0 ? EXIT.failed : EXIT.ok
}
