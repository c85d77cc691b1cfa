import { TIMEOUTS } from '../../base/timeouts.ts'

/**
 * Lines that come at once: a pasted text, or a line end of CR and LF, which a terminal turns into two. Only the first can be an
 * answer to what has been read out.
 */
export interface Burst {
  /** A line has come. */
  add(): void
  isOn(): boolean
  end(): void
}

export function openBurst(over: () => void): Burst {
  let timer: NodeJS.Timeout | undefined
  function end(): void {
    clearTimeout(timer)
    timer = undefined
  }
  return {
    add() {
      end()
      timer = setTimeout(() => {
        end()
        over()
      }, TIMEOUTS.lineBurst)
    },
    isOn: () => timer !== undefined,
    end,
  }
}
