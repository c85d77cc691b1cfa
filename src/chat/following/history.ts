import type { ViewStore } from '../view/store.ts'

/**
 * Opens the history of each customer once its tools are there: nobody waits for the file before the first prompt, and what is
 * wrong with it is said before the first question.
 */
export function followHistory(
  open: (customerId: string) => unknown,
  { view, subscribe }: Pick<ViewStore, 'view' | 'subscribe'>,
): void {
  const opened = new Set<string>()
  subscribe(() => {
    const { customer, phase } = view()
    if (phase !== 'ready' || opened.has(customer.id)) return
    opened.add(customer.id)
    open(customer.id)
  })
}
