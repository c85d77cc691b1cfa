import { CALLED_OFF, type SwitchResult } from '../agent/publisher.ts'
import type { Session } from '../agent/session.ts'
import type { Customer, Project } from '../config/project.ts'
import type { Dialogs } from './dialogs.ts'
import type { Hold } from './hold.ts'
import type { ViewStore } from './view/store.ts'
import { chatCustomer, publishedOf } from './view/view.ts'

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
  project: Project
  store: ViewStore
  dialogs: Dialogs
  hold: Hold
  /** Fires when the person leaves. */
  signal: AbortSignal
}

export function openSwitching({ session, project, store, dialogs, hold, signal }: SwitchingWork): Switching {
  async function publish({ id }: Customer, switching: Promise<SwitchResult>): Promise<void> {
    const switched = await switching
    if (switched.ok)
      return store.dispatch({ type: 'published', customer: id, toolset: publishedOf(switched.toolset) })
    const { reason, hint } = switched
    if (reason === CALLED_OFF) return
    hold.begin()
    const old = project.customers.find(one => one.id === session.current()?.customer.id)
    store.dispatch({ type: 'switch-failed', customer: id, reason, hint, back: old && chatCustomer(old) })
  }

  function connect(customer: Customer): Promise<void> {
    return publish(customer, session.switchTo(customer.id, signal))
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
