// A month's worth of customers as one engineer has them: what the screens of `status` and `customers` are judged by.

import type { CustomerRow } from '../../src/cli/commands/customers/customers-text.ts'
import type { Customer } from '../../src/config/project.ts'
import type { StatusReport, StatusRow } from '../../src/stack/look/status.ts'
import { NO_LIMITS } from './customer-of.ts'

/** The moment at which the report was made. */
export const NOW = Date.parse('2026-11-21T12:00:00.000Z')

const NAMES: [name: string, id: string, environment?: string][] = [
  ['Vattenfall DE', 'vattenfall-de', 'prod'],
  ['Vattenfall SE', 'vattenfall-se'],
  ['Müller & Söhne', 'mueller-soehne'],
  ['Océane Télécom', 'oceane-telecom', 'production'],
  ['Krankenhaus St. Georg', 'krankenhaus-st-georg'],
  ['東京電力', 'tepco', 'prod'],
  ['Zürcher Kantonalversicherung AG', 'zuercher-kantonalversicherung-ag'],
  ['Atlantis Hotels', 'atlantis-hotels', 'prod'],
  ['Bergbahn Zermatt AG', 'bergbahn-zermatt-ag'],
  ['Segura Seguros', 'segura', 'staging'],
  ['Nordwind Energie', 'nordwind-energie'],
  ['[OD] Atlanta', 'od-atlanta'],
]

const CREDENTIALS = ['GENESYS_CLIENT_ID_BERGBAHN_ZERMATT_AG', 'GENESYS_CLIENT_SECRET_BERGBAHN_ZERMATT_AG']

export const TWELVE_CUSTOMERS: Customer[] = NAMES.map(([name, id, environment]) => ({
  id,
  name,
  environment,
  description: undefined,
  host: undefined,
  access: environment === 'prod' ? 'read-only' : 'read-write',
  platformsAllowed: undefined,
  routing: {},
  keepDays: 30,
  spending: NO_LIMITS,
  inheritedSpending: [],
  plainNames: false,
  servers: [],
}))

export const TWELVE_CUSTOMER_ROWS: CustomerRow[] = NAMES.map(([name, id, environment], at) => ({
  name,
  id,
  environment: environment ?? null,
  access: environment === 'prod' ? 'read-only' : 'read-write',
  platformsAllowed: null,
  routing: {},
  servers: ['alertmanager', 'grafana', 'genesys'].slice(0, 1 + (at % 3)),
  missing: id === 'bergbahn-zermatt-ag' ? CREDENTIALS : [],
}))

/** Two servers are broken, and one that runs is not in the configuration. */
export function twelveCustomerReport(servers: 16 | 36): StatusReport {
  const perCustomer = (at: number) => (servers === 36 ? 3 : at >= 7 && at <= 10 ? 2 : 1)
  const rows = NAMES.flatMap(([, id], at) =>
    ['genesys', 'alertmanager', 'grafana'].slice(0, perCustomer(at)).map((server, place) => ({
      ...readyRow(id, server, 9_201 + at * 3 + place),
      ...brokenPart(id, server),
    })),
  )
  const all = [...rows, strayRow()]
  return {
    project: 'month',
    runtime: 'docker',
    engine: 'Docker 26.1.5',
    notices: [],
    servers: all,
    summary: { ready: all.filter(one => one.state === 'ready').length, total: all.length },
  }
}

function readyRow(customer: string, server: string, port: number): StatusRow {
  const tools = 9 + (port % 7)
  return {
    customer,
    server,
    type: server,
    state: 'ready',
    reason: `${tools} tools`,
    hint: '',
    since: '2026-11-21T07:00:00.000Z',
    endpoint: `http://127.0.0.1:${port}/mcp`,
    transport: 'streamable-http',
    era: 'modern',
    tools,
    latencyMs: 3 + (port % 90) / 10,
    restarts: 0,
    image: `supportmax/${server}:53949399dd96`,
    failedAt: null,
    containerId: 'd3adb33f',
  }
}

function brokenPart(customer: string, server: string): Partial<StatusRow> {
  const dead = { tools: null, latencyMs: null, era: null }
  if (customer === 'atlantis-hotels' && server === 'alertmanager')
    return {
      ...dead,
      state: 'crash_loop',
      reason: 'ended with exit code 1, restarted 14 times',
      hint: 'run `supportmax logs atlantis-hotels alertmanager`',
      restarts: 14,
    }
  if (customer === 'bergbahn-zermatt-ag' && server === 'genesys')
    return {
      ...dead,
      state: 'missing_credentials',
      reason: `no value for ${CREDENTIALS.join(', ')}`,
      hint: 'put them into /home/anna/customers/alpine-region/mcp_credentials.env or the environment, then run `supportmax up bergbahn-zermatt-ag`',
      since: null,
      endpoint: null,
      image: null,
      containerId: null,
    }
  return {}
}

function strayRow(): StatusRow {
  return {
    ...readyRow('stadtwerke-alt', 'grafana', 9_290),
    type: '',
    state: 'degraded',
    reason: 'running, but not in the configuration',
    hint: 'run `supportmax up` without names (it removes what is no longer configured)',
    endpoint: null,
    transport: '',
    era: null,
    tools: null,
    latencyMs: null,
  }
}
