import { TIMEOUTS } from '../../base/timeouts.ts'

/**
 * Keeps a question that may be for the wrong customer: after a switch that did not happen, questions that were typed
 * ahead of its answer must not be sent. The second Enter sends one, once the person has stopped typing.
 */
export interface Hold {
  /** A switch did not happen. */
  begin(): void
  /** The customer on the screen is the one that the person wanted. */
  end(): void
  /** Whether this question must wait for another Enter. */
  keeps(question: string): boolean
  /** A key was pressed. */
  typed(): void
}

export function openHold(): Hold {
  let isHolding = false
  let kept: { question: string; isSeen: boolean } | undefined
  let timer: NodeJS.Timeout | undefined

  function waitForQuiet(): void {
    clearTimeout(timer)
    const waiting = kept
    if (!waiting || waiting.isSeen) return
    const see = () => {
      waiting.isSeen = true
    }
    // setImmediate first reads keys that were pressed while this process was busy.
    timer = setTimeout(() => setImmediate(see), TIMEOUTS.dialogQuiet).unref()
  }

  function end(): void {
    isHolding = false
    kept = undefined
  }

  return {
    begin() {
      isHolding = true
      kept = undefined
    },
    end,
    keeps(question) {
      if (!isHolding) return false
      if (kept?.question === question) {
        if (kept.isSeen) end()
        return isHolding
      }
      kept = { question, isSeen: false }
      waitForQuiet()
      return true
    },
    typed: waitForQuiet,
  }
}
