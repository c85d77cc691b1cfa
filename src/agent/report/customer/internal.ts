// What only the support team knows: names of tools, servers, models, people and other customers.

import { customerNames, isMeantIn } from '../../alerts/customer-names.ts'
import type { Evidence } from '../../evidence/book.ts'
import type { Reported } from '../report.ts'

/** Products that customers know by these names, too: most servers are called after theirs. */
const PRODUCTS =
  /^(grafana|alertmanager|prometheus|loki|tempo|mimir|genesys|kubernetes|zabbix|elasticsearch|opensearch|github|gitlab|jira)$/i
/** Also the mark of a credential that was hidden. */
const OURS =
  /supportmax|\bMCP\b|\b\w+__\w+|\bread_result\b|‹hidden›|\b[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}\b/i
/** Accounts of nobody in particular: `root cause` names no colleague. */
const ACCOUNTS = /^(root|admin|administrator|user|system|service|ubuntu)$/i
/** A shorter name is as often a word. */
const SHORTEST = 4

/** Whether a text names something that is not for the customer. */
export function internalNames(reported: Reported): (text: string) => boolean {
  const { customer, others = [] } = reported
  const names = namesOf(reported).map(name => RegExp.escape(name))
  const any =
    names.length > 0
      ? new RegExp(`(?<![\\p{L}\\p{N}_-])(?:${names.join('|')})(?![\\p{L}\\p{N}_-])`, 'iu')
      : undefined
  const known = customerNames([...others.filter(one => one.id !== customer.id), customer])
  return text =>
    OURS.test(text) ||
    any?.test(text) === true ||
    known
      .within(text)
      .some(one => one.customers.some(named => named.id !== customer.id && isMeantIn(one, named)))
}

function namesOf({ customer, story, evidence, missing, person }: Reported): string[] {
  const ends = story.flatMap(({ end }) => (end?.type === 'answer' ? [end] : []))
  const platforms = ends.flatMap(one => [
    one.model,
    one.platform,
    ...(one.crossCheck?.answers ?? []).flatMap(({ platform, model }) => [platform, model]),
  ])
  const turns = story.flatMap(({ turn }) => (turn ? [turn.platform, turn.model] : []))
  const servers = [...evidence, ...missing].map(one => one.server).filter(one => !PRODUCTS.test(one))
  const tools = evidence.flatMap(({ server, tool }) => [
    ...(/[_-]/.test(tool) ? [tool] : []),
    ...(server === '' ? [] : [`${server} · ${tool}`]),
  ])
  const people = [...evidence.flatMap(peopleIn), person].filter(one => !ACCOUNTS.test(one))
  const names = [...platforms, ...turns, ...servers, ...people].filter(one => one.length >= SHORTEST)
  return [...new Set([...names, ...tools])].filter(one => one.toLowerCase() !== customer.name.toLowerCase())
}

/** Whose a change was, as results say it: `"created_by": "l.ortega"`. */
const PERSON =
  /"(?:(?:created|updated|changed|acknowledged|silenced|assigned)_?(?:by|to)|author|assignee|login|user_?name)"\s*:\s*"([^"\\]{1,100})"/gi

function peopleIn({ text }: Evidence): string[] {
  try {
    return [...new Set([...text().matchAll(PERSON)].map(([, name = '']) => name))].filter(
      one => !PRODUCTS.test(one),
    )
  } catch {
    return []
  }
}
