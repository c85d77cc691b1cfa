import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from '../base/package-root.ts'
import { redact } from '../base/redact.ts'
import { counted } from '../base/text/amounts.ts'
import { stateWords } from '../base/text/state-words.ts'
import { type Customer, customerTitle, isProduction } from '../config/project.ts'
import type { Toolset } from '../toolset/toolset.ts'
import { withAlertTable } from './alerts/table.ts'

/** The texts in templates/prompts, with {placeholders}. */
interface PromptTexts {
  role: string
  safety: string
  customer: string
  tools: string
  /** For the platform that compares the answers of a cross-check. */
  judge: string
  /** For the platform that shortens a conversation. */
  summary: string
  /** For the platform that proposes next checks for a handover. */
  handover: string
}

/** What the instructions say of the tools. */
type PromptTools = Pick<Toolset, 'customer' | 'withheld' | 'missing'>

/** Reads the texts once; they belong to the program, not to a customer. */
export function loadPromptTexts(): PromptTexts {
  const read = (name: string) =>
    readFileSync(join(packageRoot(), 'templates', 'prompts', `${name}.md`), 'utf8').trim()
  return {
    role: read('role'),
    safety: read('safety'),
    customer: read('customer'),
    tools: read('tools'),
    judge: read('judge'),
    summary: read('summary'),
    handover: read('handover'),
  }
}

/**
 * The instructions for one customer and one generation of tools: role, customer, tools, safety. Pure, and without the
 * time: platforms cache a beginning that all turns share, and reading the cache costs a tenth.
 */
export function systemPrompt(texts: PromptTexts, customer: Customer, toolset: PromptTools): string {
  if (toolset.customer.id !== customer.id)
    throw new Error(`got the tools of ${toolset.customer.id} for the prompt of ${customer.id}`)
  const words = {
    customer: customerTitle(customer),
    environment: environmentWords(customer),
    access: accessWords(toolset),
    servers: serverLines(customer, toolset).join('\n'),
  }
  const fill = (text: string) =>
    text.replace(/\{(\w+)\}/g, (whole, word: string) => words[word as keyof typeof words] ?? whole)
  return [texts.role, fill(texts.customer), fill(texts.tools), texts.safety].join('\n\n')
}

/** The question without credentials, with the labels of an alert in it, followed by the time at which it was asked. */
export function sentText(question: string, now: Date): string {
  return `${withAlertTable(redact(question))}\n\n[${now.toISOString().slice(0, 16).replace('T', ' ')} UTC]`
}

function environmentWords(customer: Customer): string {
  if (!customer.environment) return ''
  return isProduction(customer)
    ? 'This is PRODUCTION: be careful and precise. '
    : `The environment is ${customer.environment}. `
}

function accessWords({ customer, withheld }: PromptTools): string {
  if (customer.access === 'read-write')
    return 'A call that changes something is shown to the engineer for approval, unless the configuration allows it. Before making one, say what it will change.'
  const writing = withheld.filter(one => !one.byPolicy).length
  const count = writing
    ? ` ${counted(writing, 'tool')} that may change something ${writing === 1 ? 'is' : 'are'} withheld.`
    : ''
  return `Access is read-only: nothing can be changed from here.${count} If you are asked for a change, explain that.`
}

function serverLines(customer: Customer, toolset: PromptTools): string[] {
  return customer.servers.map(server => {
    const missing = toolset.missing.find(one => one.server === server.name)
    if (missing)
      return `- ${server.name}: NOT AVAILABLE (${stateWords(missing.state)}: ${missing.reason}). Mention it if the question needs this server.`
    return `- ${server.name}: ${server.prompt || server.type}`
  })
}
