// What only the support team knows: names of tools, servers, models, people and other customers.

import { customerNames, isMeantIn } from '../../alerts/customer-names.ts'
import type { Reported } from '../report.ts'
import { PRODUCTS, peopleOf } from './people.ts'

/** Also the mark of a credential that was hidden. */
const OURS =
  /supportmax|\bMCP\b|\b\w+__\w+|\bread_result\b|‹hidden›|\b[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}\b/i
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

function namesOf(reported: Reported): string[] {
  const { customer, story, evidence, missing } = reported
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
  const names = [...platforms, ...turns, ...servers].filter(one => one.length >= SHORTEST)
  return [...new Set([...names, ...tools, ...peopleOf(reported)])].filter(
    one => one.toLowerCase() !== customer.name.toLowerCase(),
  )
}
