import { isTroubled } from '../agent/event-text.ts'
import { CALLED_OFF, type SwitchResult } from '../agent/publisher.ts'
import type { Session } from '../agent/session.ts'
import { reasonOf, SupportError } from '../base/errors.ts'
import type { Customer, Project } from '../config/project.ts'
import type { Toolset } from '../toolset/toolset.ts'
import type { Dialogs } from './asking/dialogs.ts'
import type { Hold } from './asking/hold.ts'
import type { StatusLine } from './commands/command.ts'
import type { ViewStore } from './view/store.ts'
import { chatCustomer, publishedOf } from './view/view.ts'
import { inChat } from './view/words/hint.ts'

/** Which customer is on the screen, with which tools. */
export interface Switching {
  /** Connects to the customer that is already on the screen. */
  connect(customer: Customer): Promise<void>
  /** Puts another customer on the screen, and connects. */
  goTo(customer: Customer): void
  /** Rebuilds this customer's toolset, after servers were started. */
  refresh(customer: Customer): Promise<void>
}

interface SwitchingWork {
  session: Session
  projectNow(): Project
  store: ViewStore
  dialogs: Dialogs
  hold: Hold
  statusOf(customer: Customer): Promise<StatusLine[]>
  /** Throws if no model platform can answer this customer's questions. */
  checkPlatforms(customer: Customer): void
  /** Fires when the person leaves. */
  signal: AbortSignal
}

export function openSwitching(work: SwitchingWork): Switching {
  const { session, projectNow, store, dialogs, hold, signal } = work
  let visits = 0

  async function publish(customer: Customer, switching: Promise<SwitchResult>): Promise<void> {
    const { id } = customer
    const visit = ++visits
    const switched = await switching
    if (switched.ok) {
      store.dispatch({ type: 'published', customer: id, toolset: publishedOf(switched.toolset) })
      return check(customer, switched.toolset, () => visit === visits && !signal.aborted)
    }
    const { reason, hint } = switched
    if (reason === CALLED_OFF) return
    const old = projectNow().customers.find(one => one.id === session.current()?.customer.id)
    if (old && old.id !== id) hold.begin()
    store.dispatch({ type: 'switch-failed', customer: id, reason, hint, back: old && chatCustomer(old) })
  }

  /** Tools that are listed prove nothing about the system behind them. */
  async function check(customer: Customer, { missing }: Toolset, isCurrent: () => boolean): Promise<void> {
    try {
      const lines = await work.statusOf(customer)
      const isOffered = ({ server }: StatusLine) => !missing.some(one => one.server === server)
      const troubled = lines.filter(one => isTroubled(one) && isOffered(one))
      if (isCurrent()) store.dispatch({ type: 'checked', customer: customer.id, troubled })
    } catch (error) {
      if (!isCurrent()) return
      store.dispatch({ type: 'not-checked', customer: customer.id })
      sayError(error, 'servers not checked: ')
    }
  }

  function connect(customer: Customer): Promise<void> {
    saySetUp(customer)
    return publish(customer, session.switchTo(customer.id, signal))
  }

  /** Said on arrival, not at the first question. */
  function saySetUp(customer: Customer): void {
    try {
      work.checkPlatforms(customer)
    } catch (error) {
      sayError(error)
    }
  }

  function sayError(error: unknown, before = ''): void {
    const hint = error instanceof SupportError ? error.hint : undefined
    store.note(`${before}${inChat(reasonOf(error))}`, 'bad', hint)
  }

  return {
    connect,
    goTo(customer) {
      dialogs.close()
      hold.end()
      store.dispatch({ type: 'switching', customer: chatCustomer(customer) })
      void connect(customer)
    },
    refresh(customer) {
      const isOpen = session.current()?.customer.id === customer.id
      return isOpen ? publish(customer, session.refresh(signal)) : connect(customer)
    },
  }
}
