// Lends the terminal to another program, such as a pager, while the chat keeps running behind it.

import { fromCursor } from './from-cursor.ts'
import { ignoreKeySignals, stopReading } from './keys.ts'

type Input = NodeJS.ReadStream
type Output = NodeJS.WriteStream

export interface LendableTerminal {
  /** The terminal, for Ink to write to: what it writes while the terminal is lent appears afterwards. */
  stdout: Output
  /** Gives the terminal away until the work is done, which ends soon after the signal; one after the other. */
  lend<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T>
  /** Scrolls all that is on the screen away, and draws at its top. */
  clear(): void
  /** Draws again, for a terminal that has dropped rows. Does nothing while it is lent. */
  redraw(): void
  /** Takes the terminal back after a stop from outside, and draws below what is there. Does nothing while it is lent. */
  regain(): void
  /** Takes the terminal back, and gives it away no more. */
  end(): Promise<void>
}

interface Frame {
  remove(): void
  hide(): void
  draw(): void
}

const SHOW_CURSOR = '\u001b[?25h'
const HOME = '\u001b[H'
const HIDE_CURSOR = '\u001b[?25l'
const PASTE_AS_KEYS = '\u001b[?2004l'
const MARK_PASTES = '\u001b[?2004h'

/**
 * @param keys turns the terminal's own reports of keys off and on
 * @param frame removes what is drawn and may be drawn again, and draws it again: below what the other program has left. While
 *   hidden, only what is finished is drawn, so that what is kept for afterwards does not grow with time.
 */
export function openLending(
  stdin: Input,
  stdout: Output,
  { keys, frame }: { keys: { pause(): void; resume(): void }; frame: Frame },
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
  async function lent<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    ending.signal.throwIfAborted()
    frame.remove()
    const written: unknown[] = []
    kept = written
    frame.hide()
    const takeBack = await stopReading(stdin)
    const listen = ignoreKeySignals()
    keys.pause()
    stdout.write(PASTE_AS_KEYS + SHOW_CURSOR)
    try {
      return await work(ending.signal)
    } finally {
      stdout.write(MARK_PASTES + HIDE_CURSOR + freshRow(stdout))
      takeBack()
      listen()
      keys.resume()
      kept = undefined
      for (const chunk of written) stdout.write(chunk as string)
      frame.draw()
    }
  }
  return {
    stdout: outputWith(stdout, write),
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
      keys.pause()
      keys.resume()
      stdout.write(`${MARK_PASTES}${HIDE_CURSOR}${freshRow(stdout)}\u001b[J`)
      frame.draw()
    },
    async end() {
      ending.abort()
      await last
    },
  }
}

/** Goes to the next row, unless the cursor is at the beginning of one: the spaces end in the last column, or wrap. */
function freshRow({ columns }: Output): string {
  return `${' '.repeat(Math.max(0, columns - 1))}\r`
}

/** The terminal's output, written to in another way. */
function outputWith(stdout: Output, write: (...args: unknown[]) => unknown): Output {
  return new Proxy(stdout, {
    get(target, name) {
      if (name === 'write') return write
      const value: unknown = Reflect.get(target, name, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}
