import { clean } from '../../base/text/terminal-text.ts'
import { alertsInJson } from './json.ts'
import { alertsInMail } from './mail.ts'
import type { PastedAlerts } from './pasted.ts'

/** Longer texts are not looked at. In characters. */
const LONGEST = 8_000_000

/** The alerts that were pasted into a text; undefined if there are none. */
export function alertsIn(text: string): PastedAlerts | undefined {
  if (text.length > LONGEST || !/labels/i.test(text)) return undefined
  return alertsInJson(text) ?? alertsInMail(text)
}

/** A label as people and models see it. */
export function shownLabel(value: string, longest: number): string {
  const flat = clean(value.slice(0, 4 * longest))
    .replace(/\s+/g, ' ')
    .trim()
  return flat.length > longest ? `${flat.slice(0, longest - 1)}…` : flat
}
