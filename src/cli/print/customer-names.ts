import { type Customer, isProduction } from '../../config/project.ts'
import { slug } from '../../config/resolve/identity.ts'
import type { Cell } from './table.ts'

/**
 * Each customer's label in a table, by id: its name, followed by its id if that cannot be guessed from the name or if
 * several customers share the name.
 */
export function customerNames(customers: readonly Customer[]): Map<string, string> {
  const byName = Map.groupBy(customers, nameKey)
  const isEnough = (one: Customer) => slug(one.name) === one.id && byName.get(nameKey(one))?.length === 1
  return new Map(customers.map(one => [one.id, isEnough(one) ? one.name : `${one.name} (${one.id})`]))
}

function nameKey({ name }: Customer): string {
  return name.toLowerCase()
}

/** `PROD`, or an empty cell. */
export function productionCell(customer: Pick<Customer, 'environment'> | undefined): Cell {
  return customer && isProduction(customer) ? { text: 'PROD', style: 'production' } : ''
}
