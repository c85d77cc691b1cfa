import type { Session } from '../agent/session.ts'
import type { ViewStore } from './view/store.ts'
import type { ChatEvent } from './view/view.ts'

/** The same store; commands and what they say are in the transcript before they are on the screen. */
export function toldStore(store: ViewStore, session: Session): ViewStore {
  function dispatch(event: ChatEvent): void {
    if (event.type === 'note' || event.type === 'command') {
      const { type, ...body } = event
      session.told(store.view().customer.id, type, body)
    }
    store.dispatch(event)
  }
  return {
    ...store,
    dispatch,
    note: (text, tone = 'info', hint) => dispatch({ type: 'note', tone, text, hint }),
  }
}
