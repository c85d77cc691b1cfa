// Whether a pasted alert is about another customer.

import { cleanLine } from '../../base/text/terminal-text.ts'
import { type CustomerNames, customerNames, isLong, isMeantIn, type NamedCustomer } from './customer-names.ts'
import { alertsIn } from './find.ts'
import type { PastedAlerts } from './formats/pasted.ts'

export interface ForeignAlert {
  customer: NamedCustomer
  /** What names it: `customer="segura"`, `receiver="segura-pager"`, `its text: "Segura"`. */
  because: string
}

/** Labels that say whose an alert is; the name may be a part of the value. */
const WHOSE =
  /^(customer|tenant|client|account|subscription|org|organi[sz]ation|company)(_?(id|name|uid|slug))?$/i
/** Labels that say where it is, and the receiver; the name may be a part of the value, too. */
const WHERE =
  /(^|_)(receiver|cluster|namespace|site|location|datacenter|project|group|team|owner|realm|domain|stack|env|environment|zone|region)(_?(id|name))?$/i
/** The same, but a part of their values is often an ordinary word: `web` in `web-1`. */
const MACHINE = /(^|_)(instance|host|hostname|server|node|pod|url|target|address|fqdn)(_?(id|name))?$/i
/** Of a label's value, in characters. */
const LONGEST_VALUE = 2_000

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

/** The other customer that an alert, or the text beside it, names; undefined if neither names one. */
export function foreignCustomer(
  pasted: PastedAlerts,
  customers: readonly NamedCustomer[],
  id: string,
): ForeignAlert | undefined {
  const names = customerNames(customers)
  return inLabels(pasted, names, id) ?? inRest(pasted, names, id)
}

type Label = readonly [name: string, value: string]

/** A label that says whose the alert is counts before all others: also when it says that it is this customer's. */
function inLabels(pasted: PastedAlerts, names: CustomerNames, id: string): ForeignAlert | undefined {
  const labels = labelsOf(pasted)
  const part = (value: string) => names.within(value).flatMap(one => one.customers)
  const long = (value: string) =>
    names
      .within(value)
      .filter(isLong)
      .flatMap(one => one.customers)
  const isOwn = ([, value]: Label) => part(value).some(one => one.id === id)
  const others = (some: readonly NamedCustomer[]) => some.filter(one => one.id !== id)
  const whose = labels.filter(([name]) => WHOSE.test(name))
  const byWhose = first(whose, value => others(part(value)))
  if (byWhose || whose.some(isOwn)) return byWhose
  const rest = labels.filter(one => !isOwn(one))
  return (
    first(
      rest.filter(([name]) => WHERE.test(name)),
      part,
    ) ??
    first(
      rest.filter(([name]) => MACHINE.test(name)),
      long,
    ) ??
    first(labels, value => others(names.exactly(value)))
  )
}

function labelsOf({ alerts, receiver }: PastedAlerts): Label[] {
  const said: Label[] = [
    ...(receiver === undefined ? [] : [['receiver', receiver] as const]),
    ...alerts.flatMap(one => [...one.labels]),
  ]
  const short = said.map(([name, value]) => [name, value.slice(0, LONGEST_VALUE)] as const)
  return [...new Map(short.map(one => [JSON.stringify(one), one])).values()]
}

function first(
  said: readonly Label[],
  named: (value: string) => readonly NamedCustomer[],
): ForeignAlert | undefined {
  for (const [name, value] of said) {
    const [customer] = named(value)
    if (customer) return { customer, because: `${name}=${JSON.stringify(value.slice(0, 60))}` }
  }
  return undefined
}

function inRest({ rest }: PastedAlerts, names: CustomerNames, id: string): ForeignAlert | undefined {
  for (const mention of rest.flatMap(names.within)) {
    const customer = mention.customers.find(one => isMeantIn(mention, one))
    if (customer && mention.customers.every(one => one.id !== id))
      return { customer, because: `its text: ${JSON.stringify(mention.text.slice(0, 60))}` }
  }
  return undefined
}
