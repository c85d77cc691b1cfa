import type { ChartRecipe } from '../agent/series/chart.ts'
import type { Session } from '../agent/session.ts'
import type { ViewStore } from './view/store.ts'
import type { ChatEvent } from './view/view.ts'

/** The same store; commands, charts and what they say are in the transcript before they are on the screen. */
export function toldStore(store: ViewStore, session: Session): ViewStore {
  function dispatch(event: ChatEvent): void {
    if (event.type === 'note' || event.type === 'command') {
      const { type, ...body } = event
      session.told(store.view().customer.id, type, body)
    }
    if (event.type === 'chart') {
      const { call, numbers, more } = event.chart
      session.told(store.view().customer.id, 'chart', { call, numbers, more } satisfies ChartRecipe)
    }
    store.dispatch(event)
  }
  return {
    ...store,
    dispatch,
    note: (text, tone = 'info', hint) => dispatch({ type: 'note', tone, text, hint }),
  }
}
