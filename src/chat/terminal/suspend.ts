// Ctrl+Z: back to the shell, until `fg`.

import { setTimeout as delay } from 'node:timers/promises'

/** Until a signal that was sent has arrived. */
const SIGNAL_MS = 100

/**
 * Stops this program and all of its job, as a terminal does for Ctrl+Z. Settles when it goes on; false if it was not
 * stopped, because no shell would continue it. The terminal must be lent: it is the shell's meanwhile.
 */
export async function stopJob(): Promise<boolean> {
  let isContinued = false
  const note = () => {
    isContinued = true
  }
  process.once('SIGCONT', note)
  // With a listener, the signal would not stop anything.
  process.removeAllListeners('SIGTSTP')
  process.kill(0, 'SIGTSTP')
  await delay(SIGNAL_MS)
  process.off('SIGCONT', note)
  return isContinued
}
