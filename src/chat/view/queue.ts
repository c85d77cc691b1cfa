// Lines that wait for the running question to end. One that is not sent goes back to the prompt of its own customer.

import { cleanLine } from '../../base/text/terminal-text.ts'
import { add, note } from './items.ts'
import type { QueueEvent } from './queued-line.ts'
import type { View } from './view.ts'

export function reduceQueue(view: View, event: QueueEvent): View {
  switch (event.type) {
    case 'queued':
      return { ...view, queued: [...view.queued, event.line] }
    case 'unqueued':
      return { ...view, queued: view.queued.filter(one => one !== event.line) }
    case 'unsent':
      return withUnsent({ ...view, unsent: [...view.unsent, event.line] })
    case 'gathered':
      return { ...view, unsent: [] }
  }
}

/** After a question without an answer or one that was not sent, and on the way to another customer: nothing is sent unseen. */
export function withUnsent(view: View): View {
  const { queued, unsent } = view
  const notes = queued.map(({ customer, shown }) =>
    note('warn', `not sent, and back in the prompt of ${customer}: ${cleanLine(shown, LONGEST)}`),
  )
  return queued.length === 0 ? view : { ...add(view, ...notes), queued: [], unsent: [...unsent, ...queued] }
}

const LONGEST = 60
