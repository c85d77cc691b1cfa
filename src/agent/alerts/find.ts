import { clean } from '../../base/text/terminal-text.ts'
import { alertsInJson } from './formats/json.ts'
import { alertsInMail } from './formats/mail.ts'
import type { PastedAlerts } from './formats/pasted.ts'

/** Longer texts are not looked at. In characters. */
const LONGEST = 8_000_000

/** The text that was read last: the prompt, the question before its sending, its table and its title read the same one. */
let last: { text: string; found: PastedAlerts | undefined } | undefined

/** The alerts that were pasted into a text; undefined if there are none. */
export function alertsIn(text: string): PastedAlerts | undefined {
  if (text.length > LONGEST || !/labels/i.test(text)) return undefined
  if (last?.text !== text) last = { text, found: alertsInJson(text) ?? alertsInMail(text) }
  return last.found
}

/** A label as people and models see it. */
export function shownLabel(value: string, longest: number): string {
  const flat = clean(value.slice(0, 4 * longest))
    .replace(/\s+/g, ' ')
    .trim()
  return flat.length > longest ? `${flat.slice(0, longest - 1)}…` : flat
}
