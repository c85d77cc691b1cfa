// Whether a pasted alert is about another customer.

import { cleanLine } from '../../base/text/terminal-text.ts'
import { alertsIn } from './find.ts'
import type { PastedAlerts } from './pasted.ts'

interface NamedCustomer {
  id: string
  name: string
}

export interface ForeignAlert {
  customer: NamedCustomer
  /** What names it: `customer="segura"`, `receiver="segura-pager"`. */
  because: string
}

/** Labels that say whose an alert is; the name may be a part of the value. */
const WHOSE = /^(customer|tenant|client|account|org|organi[sz]ation|company)(_?(id|name))?$/i
/** Alerts of one message are alike. */
const MOST_ALERTS = 1_000

/** What to tell before a question is sent that contains an alert of another customer; undefined if it contains none. */
export function foreignAlert(
  question: string,
  customers: readonly NamedCustomer[],
  { id, name }: NamedCustomer,
): { customer: NamedCustomer; words: string } | undefined {
  const found = alertsIn(question)
  const foreign = found && foreignCustomer(found, customers, id)
  if (!foreign) return undefined
  const { customer, because } = foreign
  return {
    customer,
    words: `the alert names ${cleanLine(customer.name)} (${cleanLine(because)}), not ${cleanLine(name)}`,
  }
}

/** The other customer that an alert names; undefined if it names none, or says that it is about this one. */
export function foreignCustomer(
  { alerts, receiver }: PastedAlerts,
  customers: readonly NamedCustomer[],
  id: string,
): ForeignAlert | undefined {
  const said = [
    ...alerts.slice(0, MOST_ALERTS).flatMap(one => [...one.labels]),
    ...(receiver === undefined ? [] : [['receiver', receiver] as const]),
  ]
  const unique = [...new Map(said.map(one => [JSON.stringify(one), one])).values()]
  const own = customers.find(one => one.id === id)
  const others = customers.filter(one => one.id !== id)
  const isNamedIn = (customer: NamedCustomer, value: string) => namedIn(customers, value).includes(customer)
  const whose = unique.filter(([name]) => WHOSE.test(name))
  const byLabel = first(others, whose, isNamedIn)
  if (byLabel || (own && whose.some(([, value]) => isNamedIn(own, value)))) return byLabel
  const isReceiverOwn = own !== undefined && receiver !== undefined && isNamedIn(own, receiver)
  const byReceiver =
    receiver === undefined || isReceiverOwn ? undefined : first(others, [['receiver', receiver]], isNamedIn)
  return byReceiver ?? first(others, unique, isNameOf)
}

function first(
  customers: readonly NamedCustomer[],
  said: readonly (readonly [name: string, value: string])[],
  fits: (customer: NamedCustomer, value: string) => boolean,
): ForeignAlert | undefined {
  for (const customer of customers) {
    const found = said.find(([, value]) => fits(customer, value))
    if (found) return { customer, because: `${found[0]}=${JSON.stringify(found[1].slice(0, 60))}` }
  }
  return undefined
}

function isNameOf(customer: NamedCustomer, value: string): boolean {
  return spellings(customer).includes(words(value))
}

/** As whole words: `segura` in `segura-pager`, not in `seguranca`; `acme-west` names Acme West, not Acme. */
function namedIn(customers: readonly NamedCustomer[], value: string): NamedCustomer[] {
  let rest = ` ${words(value)} `
  const spelled = customers.flatMap(one => spellings(one).map(text => ({ customer: one, text })))
  const longestFirst = Map.groupBy(
    spelled.sort((a, b) => b.text.length - a.text.length),
    one => one.text,
  )
  return [...longestFirst].flatMap(([text, ofThem]) => {
    if (!rest.includes(` ${text} `)) return []
    rest = rest.replaceAll(` ${text} `, ' / ')
    return ofThem.map(one => one.customer)
  })
}

function spellings({ id, name }: NamedCustomer): string[] {
  return [...new Set([words(id), words(name)])].filter(one => one !== '')
}

/** Without accents, and without what nobody sees. */
function words(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{Default_Ignorable_Code_Point}|\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
}
