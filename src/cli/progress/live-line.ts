import { createLogUpdate } from 'log-update'
import { canRedraw } from './can-redraw.ts'

export interface LiveLine {
  /** Prints above the line. */
  above(print: () => void): void
  end(): void
}

const FRAME_MS = 250

/** One line at the bottom of a terminal that is drawn anew four times a second; nothing elsewhere. */
export function liveLine(stream: NodeJS.WriteStream, text: (seconds: number) => string): LiveLine {
  if (!canRedraw(stream)) return { above: print => print(), end: () => {} }
  const draw = createLogUpdate(stream, { showCursor: true })
  const began = performance.now()
  const redraw = () => draw(text((performance.now() - began) / 1_000))
  const ticking = setInterval(redraw, FRAME_MS)
  return {
    above(print) {
      draw.clear()
      print()
      redraw()
    },
    end() {
      clearInterval(ticking)
      draw.clear()
      draw.done()
    },
  }
}
