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
  const names = namesOf(customers)
  const others = (some: readonly NamedCustomer[]) => some.filter(one => one.id !== id)
  const isOwnNamed = (value: string) => namedIn(names, value).some(one => one.id === id)
  const whose = unique.filter(([name]) => WHOSE.test(name))
  const byLabel = first(whose, value => others(namedIn(names, value)))
  if (byLabel || whose.some(([, value]) => isOwnNamed(value))) return byLabel
  const byReceiver =
    receiver === undefined || isOwnNamed(receiver)
      ? undefined
      : first([['receiver', receiver]], value => others(namedIn(names, value)))
  return byReceiver ?? first(unique, value => others(names.get(words(value)) ?? []))
}

function first(
  said: readonly (readonly [name: string, value: string])[],
  named: (value: string) => readonly NamedCustomer[],
): ForeignAlert | undefined {
  for (const [name, value] of said) {
    const [customer] = named(value)
    if (customer) return { customer, because: `${name}=${JSON.stringify(value.slice(0, 60))}` }
  }
  return undefined
}

type Names = ReadonlyMap<string, readonly NamedCustomer[]>

/** Whom each name means, the longest first. */
function namesOf(customers: readonly NamedCustomer[]): Names {
  const spelled = customers.flatMap(one => spellings(one).map(text => ({ customer: one, text })))
  const longestFirst = spelled.sort((a, b) => b.text.length - a.text.length)
  const grouped = Map.groupBy(longestFirst, one => one.text)
  return new Map([...grouped].map(([text, some]) => [text, some.map(one => one.customer)]))
}

/** As whole words: `segura` in `segura-pager`, not in `seguranca`; `acme-west` names Acme West, not Acme. */
function namedIn(names: Names, value: string): NamedCustomer[] {
  let rest = ` ${words(value)} `
  return [...names].flatMap(([text, customers]) => {
    if (!rest.includes(` ${text} `)) return []
    rest = rest.replaceAll(` ${text} `, ' / ')
    return customers
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
