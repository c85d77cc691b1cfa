// Why servers are not ready, each cause once: twelve customers with the same fault are one thing to fix.

import { keyText } from '../../config/project.ts'
import type { StateEvent } from './board.ts'

export interface Cause {
  /** The first of those that share it. */
  first: StateEvent
  events: StateEvent[]
  /** In words that hold for all of them. */
  reason: string
  /** Without the final `supportmax up`, which is the same step for all causes; empty if nothing else is to be done. */
  hint: string
}

/** Groups failures that differ only in whose they are. The most frequent cause comes first. */
export function causesOf(failures: readonly StateEvent[]): Cause[] {
  const groups = Map.groupBy(failures, keyOf)
  return [...groups.values()]
    .flatMap(events => {
      const [first] = events
      return first ? [{ first, events, reason: reasonOf(first, events), hint: hintOf(first, events) }] : []
    })
    .toSorted((a, b) => b.events.length - a.events.length)
}

function keyOf(event: StateEvent): string {
  // How a connection fails before anything listens is chance.
  if (event.state === 'starting') return event.state
  return general(event, [event.state, event.reason, event.hint].join('\n'))
}

/** The command that tries again what failed: names the customers if they are few. `customers`: how many there are in all. */
export function nextStep(failures: readonly StateEvent[], customers: number): string {
  const ids = [...new Set(failures.map(event => event.customer))]
  const names = ids.length > 3 || ids.length === customers ? [] : ids
  return `run \`${['supportmax up', ...names].join(' ')}\``
}

/** What is left of a text when the names of this server and its customer are taken out. */
function general({ customer, server }: StateEvent, text: string): string {
  const mine = [
    keyText({ customer, server }),
    `${customer} ${server}`,
    customer.replaceAll('-', '_'),
    customer,
  ]
  // Ids hold nothing that means something in a pattern.
  const words = mine.join('|')
  return text
    .replace(new RegExp(`(?<![a-z0-9])(${words})(?![a-z0-9])`, 'gi'), '…')
    .replace(/\b127\.0\.0\.1:\d+/g, '…')
}

function reasonOf(first: StateEvent, events: readonly StateEvent[]): string {
  if (events.every(event => event.reason === first.reason)) return first.reason
  const reason = first.reason.replace(/^127\.0\.0\.1:\d+: /, '').replace(/\(127\.0\.0\.1:\d+: /, '(')
  return reason === first.reason ? `${reason} (and likewise for the others)` : reason
}

function hintOf(first: StateEvent, events: readonly StateEvent[]): string {
  const hint = first.hint.replace(/,? ?(then )?run `supportmax up[^`]*`$/, '')
  if (events.length === 1) return hint
  const shared = hint.replace(` of ${keyText(first)}`, '')
  return shared.includes('`') && events.some(event => event.hint !== first.hint)
    ? `${shared} (and likewise for the others)`
    : shared
}
