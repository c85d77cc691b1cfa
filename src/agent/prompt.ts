import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from '../base/package-root.ts'
import { type Customer, customerTitle, isProduction } from '../config/project.ts'
import type { Toolset } from '../toolset/toolset.ts'

/** The texts of templates/prompts, with {placeholders}. */
export interface PromptTexts {
  role: string
  safety: string
  customer: string
  tools: string
  /** For whoever compares the answers of a cross-check. */
  judge: string
}

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
  }
}

/**
 * The instructions for one customer and one generation of tools: role, customer, tools, safety. Pure, and without the
 * time: what begins the same with every turn is read from the platform's cache for a tenth of the price.
 */
export function systemPrompt(texts: PromptTexts, customer: Customer, toolset: Toolset): string {
  if (toolset.customer.id !== customer.id)
    throw new Error(`tools of ${toolset.customer.id} for a prompt of ${customer.id}`)
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

/** The question with the time at which it was asked. */
export function stamped(question: string, now: Date): string {
  return `${question}\n\n[${now.toISOString().slice(0, 16).replace('T', ' ')} UTC]`
}

function environmentWords(customer: Customer): string {
  if (!customer.environment) return ''
  return isProduction(customer)
    ? 'This is PRODUCTION: be careful and exact. '
    : `The environment is ${customer.environment}. `
}

function accessWords({ customer, withheld }: Toolset): string {
  if (customer.access === 'read-write')
    return 'Tools that change something are allowed only after the engineer has approved the very call. Say what it will change before you call one.'
  const count = withheld.length ? ` ${withheld.length} tools that may change something are withheld.` : ''
  return `Access is read-only: nothing can be changed from here.${count} When asked for a change, say so.`
}

function serverLines(customer: Customer, toolset: Toolset): string[] {
  return customer.servers.map(server => {
    const missing = toolset.missing.find(one => one.server === server.name)
    if (missing)
      return `- ${server.name}: NOT AVAILABLE (${missing.state}: ${missing.reason}). Say so where it matters.`
    return `- ${server.name}: ${server.prompt || server.type}`
  })
}
