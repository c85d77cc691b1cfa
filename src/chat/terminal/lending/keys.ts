// Keys that are another program's while it has the terminal.

/** Until a stopped program has stopped. */
const STOPPED_MS = 100

/**
 * Ctrl+C, Ctrl+\ and Ctrl+Z mean the other program, but the terminal sends them to this one too. A program that Ctrl+Z
 * stops is continued: no shell knows that it was stopped. Returns what undoes it.
 */
export function ignoreKeySignals(): () => void {
  const undo = (['SIGINT', 'SIGQUIT', 'SIGTSTP'] as const).map(name => {
    const listeners = process.listeners(name)
    const ignore = () => {
      if (name === 'SIGTSTP') setTimeout(() => process.kill(0, 'SIGCONT'), STOPPED_MS).unref()
    }
    process.removeAllListeners(name).on(name, ignore)
    return () => {
      for (const listener of listeners) process.on(name, listener)
      process.off(name, ignore)
    }
  })
  return () => {
    for (const one of undo) one()
  }
}

/** Reads no more keys: they belong to the other program. Returns what undoes it. */
export async function stopReading(stdin: NodeJS.ReadStream): Promise<() => void> {
  const listeners = stdin.listeners('readable') as ((...args: unknown[]) => void)[]
  // A stream with such a listener cannot be paused, and it takes a moment until it knows that it has none: it would go on
  // reading, and take the other program's keys or wait for one.
  stdin.removeAllListeners('readable')
  await new Promise(resolve => setImmediate(resolve))
  stdin.pause()
  stdin.setRawMode(false)
  return () => {
    stdin.setRawMode(true)
    for (const listener of listeners) stdin.on('readable', listener)
  }
}
