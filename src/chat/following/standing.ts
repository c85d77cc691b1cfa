import type { Session } from '../../agent/session.ts'
import { spentOn } from '../../coordinator/figures/spent.ts'
import type { PlatformWork } from '../commands/platforms/choice.ts'
import type { ViewStore } from '../view/store.ts'
import type { Standing } from '../view/view.ts'

interface StandingWork {
  session: Session
  platforms: PlatformWork
}

/** Keeps the status line true: for another customer, and after each question. Returns what tells it at other times. */
export function followStanding(work: StandingWork, { view, dispatch, subscribe }: ViewStore): () => void {
  let { customer, asking } = view()
  function tell(): void {
    const { id } = view().customer
    dispatch({ type: 'standing', customer: id, standing: standingOf(work, id) })
  }
  subscribe(() => {
    const now = view()
    const isOver = asking !== undefined && now.asking === undefined
    const isOther = now.customer.id !== customer.id
    customer = now.customer
    asking = now.asking
    if (isOver || isOther) tell()
  })
  return tell
}

/** What the status line tells of a customer, apart from its servers. */
function standingOf({ session, platforms }: StandingWork, customerId: string): Omit<Standing, 'servers'> {
  const { model, usage, window } = session.story(customerId).at(-1)?.turn ?? {}
  const choice = platforms.choiceOf(customerId)
  return {
    model: choice.model ?? model ?? firstModel(platforms, customerId),
    used: usage && usage.inputTokens + usage.outputTokens,
    window,
    today: spentOn(platforms.turnsToday(customerId)).cost,
  }
}

/** Of the platform that is asked first; undefined if there is none, which the chat says when it opens. */
function firstModel({ routes }: PlatformWork, customerId: string): string | undefined {
  try {
    return routes(customerId).find(one => one.breaker.state === 'closed')?.model
  } catch {
    return undefined
  }
}
