// Alerts as the text of an e-mail: what Alertmanager and Grafana send, or what is copied from their HTML in a mail client.

import type { PastedAlert, PastedAlerts } from './pasted.ts'

/** A text with more lines is not an e-mail. */
const MOST_LINES = 50_000
/** A longer line is not a label. In characters. */
const LONGEST_LINE = 4_000

const HEADER = /^\W*(labels|annotations)\W*$/i
/** Grafana writes up to three labels on one line. */
const INLINE = /^\W*labels:\s*\[?(\w+\s*=.*?)\]?$/i
const LABEL = /^[\s>*•·-]*([a-zA-Z_]\w*)\s*(?:=|:(?=\s)|\t)\s*(.+)$/
const SOURCE = /^\W*source\b\W*\s*(https?:\/\/\S+)?/i
/** A line between labels and what is not a label any more. */
const OTHER = /^\W*(summary|description|runbook|silence|dashboard|panel|value|values?)\s*:/i
const STATE = /^\W*(?:(?:\[\d+\]|\(\d+\)|\d+)\s*)?(firing|resolved)(?:\W+(?:\d+\W*)?)?$/i
const SUBJECT = /\[(firing|resolved)(?::\d+)?[^\]]*\]/i
const SENT_BY = /^\W*sent by (alertmanager|grafana)/i

interface Reading {
  alerts: (Omit<PastedAlert, 'labels'> & { labels: Map<string, string> })[]
  state: PastedAlert['state']
  section: string
  first: number | undefined
  last: number
}

/** Undefined if no labels with an alert's name are listed there. */
export function alertsInMail(text: string): PastedAlerts | undefined {
  if (!/\blabels\b/i.test(text)) return undefined
  const reading: Reading = { alerts: [], state: undefined, section: '', first: undefined, last: 0 }
  const rest: string[] = []
  let at = 0
  for (const line of text.split('\n', MOST_LINES)) {
    const part = line.length <= LONGEST_LINE ? read(line.trimEnd(), reading) : undefined
    if (part !== undefined) {
      reading.first ??= at
      reading.last = at + line.length
    }
    if (part !== 'label') rest.push(line)
    at += line.length + 1
  }
  rest.push(text.slice(at))
  const alerts = reading.alerts.filter(one => one.labels.has('alertname'))
  if (alerts.length === 0) return undefined
  return { alerts, receiver: undefined, rest, start: reading.first ?? 0, end: reading.last }
}

/** What the line is in the e-mail; undefined if it is no part of it. */
function read(line: string, reading: Reading): 'label' | 'other' | undefined {
  const state = STATE.exec(line)?.[1] ?? (reading.alerts.length === 0 ? SUBJECT.exec(line)?.[1] : undefined)
  if (state !== undefined) {
    reading.state = state.toLowerCase() === 'firing' ? 'firing' : 'resolved'
    reading.section = ''
    return 'other'
  }
  const inline = INLINE.exec(line)?.[1]
  const header = HEADER.exec(line)?.[1]?.toLowerCase()
  if (inline !== undefined || header === 'labels') begin(reading)
  if (inline !== undefined) {
    for (const pair of inline.split(/,\s*(?=\w+\s*=)/)) label(pair, reading)
    return 'label'
  }
  if (header !== undefined) {
    reading.section = header
    return 'other'
  }
  return readInside(line, reading)
}

function readInside(line: string, reading: Reading): 'label' | 'other' | undefined {
  if (SENT_BY.test(line)) return 'other'
  const source = SOURCE.exec(line)
  const alert = reading.alerts.at(-1)
  if (source && alert) {
    alert.source ??= source[1]
    reading.section = ''
    return 'other'
  }
  if (OTHER.test(line)) reading.section = ''
  if (reading.section === 'labels' && label(line, reading)) return 'label'
  return reading.section === 'annotations' && LABEL.test(line) ? 'other' : undefined
}

function begin(reading: Reading): void {
  reading.alerts.push({
    labels: new Map(),
    state: reading.state,
    startsAt: undefined,
    source: undefined,
  })
  reading.section = 'labels'
}

function label(line: string, { alerts }: Reading): boolean {
  const [, name, value = ''] = LABEL.exec(line) ?? []
  if (name === undefined) return false
  alerts.at(-1)?.labels.set(name, value.trim().replace(/^"(.*)"$/, '$1'))
  return true
}
