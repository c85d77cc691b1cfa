import { foreignAlert } from '../../agent/alerts/foreign.ts'
import type { Customer } from '../../config/project.ts'
import type { ViewStore } from '../view/store.ts'
import type { Waiting } from './waiting/waiting.ts'

interface Sending {
  store: ViewStore
  waiting: Waiting
  customers: readonly Customer[]
}

/** A question as it was typed. */
interface TypedQuestion {
  text: string
  shown: string
}

/**
 * Asks before a question is sent that contains an alert of another customer. False if there is nothing to ask; a question that
 * is not sent goes back into the prompt.
 */
export function asksBeforeSending(
  { text, shown }: TypedQuestion,
  { store, waiting, customers }: Sending,
  send: () => void,
): boolean {
  const { customer } = store.view()
  const foreign = foreignAlert(text, customers, customer)
  if (!foreign) return false
  const keep = () => store.dispatch({ type: 'unsent', line: { customer: customer.id, text, shown } })
  const dialog: number = waiting.add(
    { kind: 'send', why: foreign.words, hint: `/customer ${foreign.customer.id} switches` },
    {
      question: undefined,
      end: keep,
      reply(line) {
        const word = line.normalize('NFKC').trim().toLowerCase()
        if (!/^(y|yes|n|no)?$/.test(word)) return 'type y to send it, or n'
        const isYes = word.startsWith('y')
        waiting.remove(dialog, isYes)
        if (isYes) send()
        else keep()
        return undefined
      },
    },
  )
  return true
}
