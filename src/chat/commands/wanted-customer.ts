import { nearest } from '../../base/text/words.ts'

export interface KnownCustomer {
  id: string
  name: string
}

/**
 * Words in front of a customer's name that ask for a switch. `/customer` may follow text that was still in the prompt, such
 * as the answer to a dialog that was no answer.
 */
const SWITCHING =
  /^(?:(?:.*\/\s*)?customer\b|(?:please )?(?:switch|change|go|move|connect|use|select|cd)\b(?: me)?(?: over)?(?: to)?(?: the)?(?: customer)?)[\s:：=]+/i

/**
 * The customer that a line without a command seems to switch to: `segura`, `customer: segura`, `switch to Segura Caixa`.
 * Undefined for everything else, and for a line with a question mark.
 */
export function wantedCustomer(text: string, customers: readonly KnownCustomer[]): KnownCustomer | undefined {
  const line = text.normalize('NFKC').trim()
  if (line.includes('?') || line.includes('\n')) return undefined
  const name = line.replace(SWITCHING, '').replace(/[\s.!;]+$/, '')
  const named = customers.find(one => namesOf(one).includes(name.toLowerCase()))
  if (named || name === line) return named
  const close = nearest(name, customers.flatMap(namesOf))
  return customers.find(one => close !== undefined && namesOf(one).includes(close))
}

function namesOf({ id, name }: KnownCustomer): string[] {
  return [id.toLowerCase(), name.normalize('NFKC').toLowerCase()]
}
