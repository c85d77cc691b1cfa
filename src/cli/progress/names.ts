import { type Customer, customerTitle, isProduction, type ServerKey } from '../../config/project.ts'
import { customerNames } from '../print/customer-names.ts'
import type { Layout } from '../print/printer.ts'

export interface Names {
  /** `Acme`, or `Acme (acme-2)` where the name is not enough; coloured with PROD behind it. */
  customer(id: string): string
  /** `Acme grafana`, plain. */
  server(key: ServerKey): string
  /** `Acme (acme) PROD grafana`, plain: for lines that stand alone. */
  title(key: ServerKey): string
}

/** How the servers of these customers are called. A customer that is not in the configuration is called by its id. */
export function namesOf(customers: readonly Customer[], style: Layout['style']): Names {
  const labels = customerNames(customers)
  const known = new Map(customers.map(one => [one.id, one]))
  const label = (id: string) => labels.get(id) ?? id
  return {
    customer(id) {
      const customer = known.get(id)
      return customer && isProduction(customer) ? `${label(id)} ${style('production', 'PROD')}` : label(id)
    },
    server: ({ customer, server }) => `${label(customer)} ${server}`,
    title({ customer: id, server }) {
      const customer = known.get(id)
      return `${customer ? customerTitle(customer) : id} ${server}`
    },
  }
}
