// What `smoke` says about its checks.

import { counted } from '../../../../base/text/amounts.ts'
import { cut } from '../../../../base/text/columns.ts'
import { type Customer, customerTitle } from '../../../../config/project.ts'
import type { Check } from '../../../../stack/smoke.ts'
import { barText } from '../../../print/bar.ts'
import type { Layout } from '../../../print/printer.ts'
import { causesOf } from '../../../progress/causes.ts'
import { whoText } from '../../../progress/event-text.ts'
import { namesOf } from '../../../progress/names.ts'

/** One check on a line of its own, for a pipe or a file. */
export function checkLine(check: Check, customers: readonly Customer[]): string {
  return `${check.ok ? 'ok  ' : 'FAIL'} ${titleOf(check, customers)} ${check.server} ${check.check}: ${check.detail}`
}

/** `ok   Acme (acme): 6 checks (alertmanager, grafana)`: a customer whose checks have all passed. */
export function passedLine(checks: readonly Check[], customers: readonly Customer[]): string {
  const [first] = checks
  const servers = [...new Set(checks.map(one => one.server))].join(', ')
  return `ok   ${first ? titleOf(first, customers) : ''}: ${counted(checks.length, 'check')} (${servers})`
}

/** `FAIL ready: grafana of Acme, Globex and 10 more: degraded: …`: each cause of failure once. */
export function failedLines(
  checks: readonly Check[],
  customers: readonly Customer[],
  { style, width }: Layout,
): string[] {
  const failed = checks.filter(one => !one.ok)
  const layout = { style, width, names: namesOf(customers, style), customers: customers.length }
  return [...Map.groupBy(failed, one => one.check)].flatMap(([check, of]) =>
    causesOf(of.map(asState)).map(
      ({ events, reason }) => `FAIL ${check}: ${whoText(events, customers.length, layout)}: ${reason}`,
    ),
  )
}

function asState({ customer, server, detail, seconds }: Check) {
  return {
    type: 'state' as const,
    customer,
    server,
    state: 'unhealthy' as const,
    reason: detail,
    hint: '',
    seconds,
  }
}

/** `12 of 72 checks · 4 s · waiting for Acme grafana, +35`, in one line. */
export function runningLine(
  done: readonly Check[],
  customers: readonly Customer[],
  { seconds, columns }: { seconds: number; columns: number },
): string {
  const servers = customers.flatMap(one =>
    one.servers.map(server => ({ customer: one.name, id: one.id, server: server.name })),
  )
  const open = servers.filter(
    ({ id, server }) => done.filter(check => check.customer === id && check.server === server).length < 2,
  )
  const [first] = open
  const rest = open.length > 1 ? `, +${open.length - 1}` : ''
  const waiting = first ? ` · waiting for ${first.customer} ${first.server}${rest}` : ''
  const passed = done.filter(one => one.ok).length
  const total = 2 * servers.length
  const bar = barText({ reached: passed, failed: done.length - passed, total }, columns)
  return cut(`${bar}${done.length} of ${total} checks · ${Math.floor(seconds)} s${waiting}`, columns - 1)
}

function titleOf({ customer: id }: Check, customers: readonly Customer[]): string {
  const customer = customers.find(one => one.id === id)
  return customer ? customerTitle(customer) : id
}
