import { SupportError } from '../../base/errors.ts'
import { refuseOlder } from '../../config/edit/changes.ts'
import type { CustomerPlace } from '../../config/edit/document.ts'
import { loadProject } from '../../config/load.ts'
import type { Customer, Project } from '../../config/project.ts'
import { selectCustomer } from '../../config/select.ts'

/** A customer that is about to be changed in the file. */
interface ChosenCustomer extends CustomerPlace {
  project: Project
  customer: Customer
}

/** The customer of exactly this name or id: a beginning is not enough for a change of the file. */
export function chooseToChange(config: string, word: string): ChosenCustomer {
  refuseOlder(config)
  const { project } = loadProject(config)
  const customer = selectCustomer(project, word)
  const wanted = word.trim().toLowerCase()
  if (customer.id !== wanted && customer.name.toLowerCase() !== wanted)
    throw new SupportError('usage', `no customer is named exactly "${word}"`, {
      hint: `write ${customer.id} if you mean ${customer.name}: changes need the full name or id`,
    })
  const index = project.customers.indexOf(customer)
  return { project, customer, index, isDefault: project.defaultCustomer === customer.id }
}
