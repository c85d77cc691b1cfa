import { onTestFinished } from 'vitest'

/** Closes it when the test that calls this is over; what was opened last is closed first. */
export function closing<T extends { close(): unknown }>(one: T): T {
  onTestFinished(async () => void (await one.close()))
  return one
}
