// Alerts and groups as Alertmanager sends them, and a client of our own server for made-up answers.
import { type Asked, jsonSystem, type Made } from './json-system.ts'
import { ownClient } from './own-client.ts'

export const alert = (labels: Record<string, string>, more: Record<string, unknown> = {}) => ({
  labels: { alertname: 'A', severity: 'critical', ...labels } as Record<string, string>,
  annotations: {},
  fingerprint: Object.values(labels).join('-'),
  startsAt: '2026-11-25T09:00:00Z',
  endsAt: '2099-01-01T00:00:00Z',
  updatedAt: '2026-11-25T09:00:00Z',
  receivers: [{ name: 'team' }],
  status: { state: 'active', silencedBy: [], inhibitedBy: [] },
  ...more,
})
export const status = (state: string, by: Record<string, string[]> = {}) => ({
  status: { state, silencedBy: [], inhibitedBy: [], mutedBy: [], ...by },
})
export const group = (receiver: string, alerts: unknown[]) => ({
  labels: { alertname: 'A' },
  receiver: { name: receiver },
  alerts,
})

export async function clientOf(answer: (asked: Asked) => Made | undefined, env: Record<string, string> = {}) {
  const system = await jsonSystem(answer)
  const { client } = await ownClient('alertmanager', { ALERTMANAGER_URL: system.url, ...env })
  return { system, client }
}
export const answers =
  (alerts: unknown[], groups: unknown[] = []) =>
  (asked: Asked) =>
    asked.path === '/api/v2/alerts' ? alerts : asked.path === '/api/v2/alerts/groups' ? groups : undefined
