import { reduce } from './reduce.ts'
import type { ChatEvent, Tone, View } from './view.ts'

/** The current view, and its subscribers. */
export interface ViewStore {
  view(): View
  dispatch(event: ChatEvent): void
  note(text: string, tone?: Tone, hint?: string): void
  /** Returns a function that ends the subscription. */
  subscribe(listener: () => void): () => void
}

export function openStore(first: View): ViewStore {
  const listeners = new Set<() => void>()
  let view = first

  function dispatch(event: ChatEvent): void {
    view = reduce(view, event)
    for (const listener of listeners) listener()
  }

  return {
    view: () => view,
    dispatch,
    note: (text, tone = 'info', hint) => dispatch({ type: 'note', tone, text, hint }),
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
