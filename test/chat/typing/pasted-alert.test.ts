import { expect, it } from 'vitest'
import { realChats } from '../../helpers/real-chats.ts'

const chats = realChats()

const alertOf = (labels: Record<string, string>) => ({
  status: { state: 'active' },
  labels: { alertname: 'HighErrorRate', severity: 'critical', ...labels },
  startsAt: '2020-01-01T00:00:00Z',
  annotations: { text: 'x'.repeat(300) },
})
const pasted = (alerts: object[]) => `\u001b[200~${JSON.stringify(alerts, null, 1)}\u001b[201~`

it.each([40, 80])('an alert of another customer is asked about in %i columns', async columns => {
  const terminal = await chats.chat([], { columns, rows: 30 })
  terminal.write(pasted([alertOf({ tenant: 'segura' })]))
  await terminal.sees(/\[alert #1:\s+HighErrorRate\s*,\s+critical,\s+firing/)
  terminal.write('\r')
  await terminal.sees(/not sent yet: the alert names\s+Segura\s+Caixa\s+\(tenant="segura"\)/)
  await terminal.sees(/send\s+it\?\s+\[y\/N\]/)
  terminal.mark()
  terminal.write('\u001b')
  await terminal.sees(/\[alert #1:\s+HighErrorRate/)
  expect(terminal.text()).not.toContain('firing for nordwind')
})

it("an alert's mail is recognised as terminals paste it, with carriage returns", async () => {
  const mail = [
    '[1] Firing',
    'Labels',
    'alertname = SipTrunkDown',
    'severity = critical',
    'Annotations',
    'summary = down',
  ]
  const terminal = await chats.chat()
  terminal.write(`\u001b[200~${mail.join('\r')}\u001b[201~`)
  await terminal.sees(/\[alert #1: SipTrunkDown, critical, firing · 6 lines\]/)
})

it('5 MB of alerts become one short mark, and the keys still work', async () => {
  const terminal = await chats.chat()
  const many = Array.from({ length: 10_000 }, (_, i) => alertOf({ instance: `web-${i}` }))
  terminal.write(pasted(many))
  await terminal.sees('[alert #1: 10,000 alerts: HighErrorRate', 30_000)
  terminal.write(' why?')
  await terminal.sees(/lines\]\s+why\?/)
})
