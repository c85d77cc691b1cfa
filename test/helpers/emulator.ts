import { Unicode11Addon } from '@xterm/addon-unicode11'
import xterm from '@xterm/headless'

/** A terminal emulator without a window: what a person sees after all that was written to it. */
export interface Emulator {
  terminal: xterm.Terminal
  /** The lines on the screen and above it, each whole, however it was wrapped. */
  lines(): readonly string[]
}

/** Nothing that a test or a picture shows may be lost above. */
const SCROLLBACK = 100_000

export function openEmulator(columns: number, rows: number): Emulator {
  const terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: SCROLLBACK })
  terminal.loadAddon(new Unicode11Addon())
  terminal.unicode.activeVersion = '11'
  let known: readonly string[] | undefined
  /** Lines that were scrolled away change only with the width. */
  let settled = { lines: [] as string[], rows: 0 }
  const forget = () => {
    settled = { lines: [], rows: 0 }
    known = undefined
  }
  terminal.onWriteParsed(() => {
    known = undefined
  })
  terminal.onResize(forget)
  terminal.buffer.onBufferChange(forget)

  function read(): readonly string[] {
    const { active } = terminal.buffer
    if (active.baseY < settled.rows) forget()
    const lines: string[] = []
    let line = ''
    for (let at = settled.rows; at < active.length; at++) {
      const isContinued = active.getLine(at + 1)?.isWrapped ?? false
      line += active.getLine(at)?.translateToString(!isContinued) ?? ''
      if (isContinued) continue
      if (at < active.baseY) {
        settled.lines.push(line)
        settled.rows = at + 1
      } else lines.push(line)
      line = ''
    }
    return [...settled.lines, ...lines]
  }

  return {
    terminal,
    lines() {
      known ??= read()
      return known
    },
  }
}
