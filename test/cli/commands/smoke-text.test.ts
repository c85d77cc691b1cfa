import { describe, expect, it } from 'vitest'
import { failedLines, passedLine, runningLine } from '../../../src/cli/commands/stack/checks/text.ts'
import type { Check } from '../../../src/stack/smoke.ts'
import { customerOf } from '../../helpers/customer-of.ts'

const customers = ['acme', 'globex', 'initech', 'umbrella'].map(id =>
  customerOf(id, ['grafana', 'alertmanager']),
)
const check = (customer: string, server: string, more: Partial<Check> = {}): Check => ({
  customer,
  server,
  check: 'ready',
  ok: true,
  detail: '9 tools',
  seconds: 0.1,
  ...more,
})
const layout = { style: (_style: unknown, text: string) => text, width: 80, command: 'supportmax' }

describe('smoke on a terminal', () => {
  it('shows how far it has come and whom it waits for, on one line', () => {
    const done = [
      check('acme', 'grafana'),
      check('acme', 'grafana', { check: 'call' }),
      check('acme', 'alertmanager'),
    ]
    expect(runningLine(done, customers, { seconds: 4.7, columns: 80 })).toBe(
      '[#---------] 3 of 16 checks · 4 s · waiting for acme alertmanager, +6',
    )
    expect(runningLine(done, customers, { seconds: 4, columns: 30 })).toHaveLength(29)
  })

  it('says of a customer whose checks have all passed how many there were', () => {
    expect(passedLine([check('acme', 'grafana'), check('acme', 'alertmanager')], customers)).toBe(
      'ok   acme (acme): 2 checks (grafana, alertmanager)',
    )
  })

  it('says each cause of failure once, whoever has it', () => {
    const failed = (customer: string, detail: string, more: Partial<Check> = {}) =>
      check(customer, 'grafana', { ok: false, detail, ...more })
    const checks = [
      ...customers.map(one => failed(one.id, `degraded: no tenant "${one.id}"`)),
      failed('acme', 'get_status: no', { check: 'call' }),
      check('globex', 'alertmanager'),
    ]
    expect(failedLines(checks, customers, layout)).toEqual([
      'FAIL ready: grafana of all 4 customers: degraded: no tenant "acme" (and likewise for the others)',
      'FAIL call: grafana of acme: get_status: no',
    ])
  })
})
