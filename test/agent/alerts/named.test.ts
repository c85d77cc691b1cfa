import { expect, it } from 'vitest'
import { alertIn } from '../../../src/agent/alerts/named.ts'

it.each([
  ['why is SipTrunkDown firing?', 'SipTrunkDown'],
  ['[{"labels": {"alertname": "DiskFull", "site": "hamburg"}}]', 'DiskFull'],
  ['alertname=HighLatency severity=warning', 'HighLatency'],
  ['alertname = "Call failures" since 10:00', 'Call failures'],
  ['what does the alert DiskFull mean?', 'DiskFull'],
  ['look at CPUUsageHigh', 'CPUUsageHigh'],
])('%s names an alert', (question, alert) => {
  expect(alertIn(question)).toBe(alert)
})

it.each([['which alerts are firing?'], ['is GitHub down?'], ['restart PostgreSQL on db-1?'], ['']])(
  '%s names none',
  question => {
    expect(alertIn(question)).toBe(undefined)
  },
)
