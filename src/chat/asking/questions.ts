import type { Session } from '../../agent/session.ts'
import type { ViewStore } from '../view/store.ts'
import type { Dialogs } from './dialogs.ts'

/** Questions to the agent, one at a time. */
export interface Questions {
  isRunning(): boolean
  /** Asks the customer on the screen; settles when the question is over. `shown` is drawn instead of the text. */
  ask(text: string, options?: { shown?: string; isCritical?: boolean; isRetry?: boolean }): Promise<void>
  /** False if no question is running. */
  cancel(reason: string): boolean
}

const A_SECOND = 1_000

/**
 * @param refresh shows the tools that the session gets before a question, if there may be more of them
 * @param over a question has ended
 */
export function openQuestions(
  session: Session,
  store: ViewStore,
  dialogs: Dialogs,
  { refresh, over }: { refresh(): void; over(): void },
): Questions {
  let asked = 0
  let running: AbortController | undefined

  return {
    isRunning: () => store.view().asking !== undefined,
    async ask(text, { shown = text, isCritical = false, isRetry = false } = {}) {
      const question = ++asked
      const cancelling = new AbortController()
      running = cancelling
      const customerId = store.view().customer.id
      const results = session.evidence(customerId).all().at(-1)?.number ?? 0
      const approve = dialogs.approver(question, customerId)
      // It is written down before it is drawn.
      const events = session.ask({
        customerId,
        text,
        shown,
        isCritical,
        isRetry,
        signal: cancelling.signal,
        approve,
      })
      store.dispatch({ type: 'asked', question, text: shown, results, at: Date.now() })
      if (session.isOutdated()) refresh()
      const clock = setInterval(() => store.dispatch({ type: 'second', question }), A_SECOND).unref()
      for await (const event of events) store.dispatch({ type: 'agent', question, event })
      clearInterval(clock)
      if (running === cancelling) running = undefined
      dialogs.close(question)
      over()
    },
    cancel(reason) {
      running?.abort(new Error(reason))
      return running !== undefined && store.view().asking !== undefined
    },
  }
}
