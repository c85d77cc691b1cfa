import { cleanLine } from '../../../base/text/terminal-text.ts'
import { type Customer, isProduction, type Project } from '../../../config/project.ts'
import { selectCustomer } from '../../../config/select.ts'
import type { SlashCommand } from '../command.ts'
import { tableText } from '../table.ts'

export const switchCustomer: SlashCommand = {
  name: 'customer',
  usage: '/customer [NAME]',
  summary: 'switch to another customer, or list them',
  completion: ({ project }) =>
    project.customers.map(one => ({ value: one.id, alias: one.name, summary: nameOf(one) })),
  run(chat, name) {
    if (name === '') return chat.note(customerList(chat.project, chat.customer().id))
    try {
      chat.goTo(selectCustomer(chat.project, name))
    } catch (error) {
      chat.showError(error)
      chat.holdQuestions()
      chat.note(`this chat is still with ${cleanLine(chat.customer().name)}`, 'warn')
      if (chat.isConfigChanged())
        chat.note('run `/reload` to see customers that were added meanwhile', 'quiet')
    }
  },
}

function customerList({ customers }: Project, shown: string): string {
  const rows = customers.map(one => [one.id, nameOf(one), one.id === shown ? 'on the screen' : ''])
  return `customers (switch with /customer NAME):\n${tableText(rows)}`
}

function nameOf(customer: Customer): string {
  return `${cleanLine(customer.name)}${isProduction(customer) ? ' PROD' : ''}`
}
