// Lends the terminal to another program, such as a pager, while the chat keeps running behind it.

import { fromCursor } from './from-cursor.ts'

type Input = NodeJS.ReadStream
type Output = NodeJS.WriteStream

export interface LendableTerminal {
  /** The terminal, for Ink to write to: what it writes while the terminal is lent appears afterwards. */
  stdout: Output
  /** Gives the terminal away until the work is done, which ends soon after the signal; one after the other. */
  lend<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T>
  /** Scrolls all that is on the screen away, and draws at its top. */
  clear(): void
  /** Draws again, for a terminal that has dropped rows. Nothing while it is lent. */
  redraw(): void
  /** Makes the terminal the chat's own again, after a stop from outside, and draws below what is there. Nothing while it is lent. */
  regain(): void
  /** Takes the terminal back, and gives it away no more. */
  end(): Promise<void>
}

/** Until a stopped program has stopped. */
const STOPPED_MS = 100
const SHOW_CURSOR = '\u001b[?25h'
const HOME = '\u001b[H'
const HIDE_CURSOR = '\u001b[?25l'
const PASTE_AS_KEYS = '\u001b[?2004l'
const MARK_PASTES = '\u001b[?2004h'

/**
 * @param keys turns the terminal's own reports of keys off and on
 * @param frame removes what is drawn and may be drawn again, and draws it again: below what the other program has left
 */
export function openLending(
  stdin: Input,
  stdout: Output,
  { keys, frame }: { keys: { pause(): void; resume(): void }; frame: { remove(): void; draw(): void } },
): LendableTerminal {
  const ending = new AbortController()
  let last: Promise<unknown> = Promise.resolve()
  /** What was written since; undefined while the terminal is ours. */
  let kept: unknown[] | undefined
  const write = (drawn: unknown, ...rest: unknown[]) => {
    const chunk = typeof drawn === 'string' ? fromCursor(drawn) : drawn
    if (kept === undefined) return Reflect.apply(stdout.write, stdout, [chunk, ...rest])
    kept.push(chunk)
    const done = rest.find(one => typeof one === 'function')
    if (done) process.nextTick(done as () => void)
    return true
  }
  const output = new Proxy(stdout, {
    get(target, name) {
      if (name === 'write') return write
      const value: unknown = Reflect.get(target, name, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
  async function lent<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    ending.signal.throwIfAborted()
    frame.remove()
    const written: unknown[] = []
    kept = written
    const takeBack = await stopReading(stdin)
    const listen = ignoreKeySignals()
    keys.pause()
    stdout.write(PASTE_AS_KEYS + SHOW_CURSOR)
    try {
      return await work(ending.signal)
    } finally {
      stdout.write(MARK_PASTES + HIDE_CURSOR)
      takeBack()
      listen()
      keys.resume()
      kept = undefined
      for (const chunk of written) stdout.write(chunk as string)
      frame.draw()
    }
  }
  return {
    stdout: output,
    lend(work) {
      const result = last.then(() => lent(work))
      last = result.catch(() => {})
      return result
    },
    clear() {
      frame.remove()
      // The cursor is in the first row of what was removed: this scrolls just what is above it, and no empty line.
      stdout.write('\n'.repeat(Math.max(0, stdout.rows - 1)) + HOME)
      frame.draw()
    },
    redraw() {
      if (kept !== undefined) return
      frame.remove()
      frame.draw()
    },
    regain() {
      if (kept !== undefined) return
      // Whatever is above the cursor now is no frame of ours.
      kept = []
      frame.remove()
      kept = undefined
      // Node remembers the mode that it has set, and would not set it again.
      for (const isRaw of [false, true]) stdin.setRawMode(isRaw)
      keys.resume()
      stdout.write(`${MARK_PASTES}${HIDE_CURSOR}\r\n`)
      frame.draw()
    },
    async end() {
      ending.abort()
      await last
    },
  }
}

/**
 * Ctrl+C, Ctrl+\ and Ctrl+Z mean the other program, but the terminal sends them to this one too. A program that Ctrl+Z
 * stops is continued: no shell knows that it was stopped. Returns what undoes it.
 */
function ignoreKeySignals(): () => void {
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
async function stopReading(stdin: Input): Promise<() => void> {
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
