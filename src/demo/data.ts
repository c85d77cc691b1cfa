// The demo's customers, from templates/demo/*.json. Times are relative to its start.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

interface CustomerData {
  id: string
  name: string
  alertmanager: AlertmanagerData
  genesys?: GenesysData
}

export interface AlertmanagerData {
  version: string
  upFor: string
  groupBy: string[]
  /** The first one gets alerts that match no route. */
  receivers: string[]
  routes: { matchers: string[]; receiver: string }[]
  inhibit: { source: string[]; target: string[]; equal: string[] }[]
  alerts: { startedAgo: string; labels: Record<string, string>; annotations: Record<string, string> }[]
  silences: SilenceData[]
}

export interface SilenceData {
  id: string
  matchers: string[]
  startedAgo: string
  endsIn?: string
  endedAgo?: string
  createdBy: string
  comment: string
}

export interface GenesysData {
  organization: Record<string, unknown>
  queues: QueueData[]
}

export interface QueueData {
  id: string
  name: string
  description: string
  media: string[]
  live: {
    waiting: number
    interacting: number
    longestWaitSeconds: number
    estimatedWaitSeconds: number
    swing: number
  }
  history: HistoryData
  members: { id: string; name: string; routing: string; presence: string }[]
}

/** A quarter of an hour of a usual day at its busiest, and what is wrong now. */
export interface HistoryData {
  offered: number
  abandoned: number
  waitSeconds: number
  trouble?: { startedAgo: string; abandoned: number; waitSeconds: number }
}

export interface GenesysClient {
  id: string
  secret: string
}

export interface WorldData {
  customers: CustomerData[]
  /** Genesys clients by customer. */
  credentials: Map<string, GenesysClient>
}

/** Reads every *.json and credentials.env in `folder`. */
export function readWorld(folder: string): WorldData {
  const customers = readdirSync(folder)
    .filter(name => name.endsWith('.json'))
    .sort()
    .map(name => JSON.parse(readFileSync(join(folder, name), 'utf8')) as CustomerData)
  return { customers, credentials: credentialsIn(readFileSync(join(folder, 'credentials.env'), 'utf8')) }
}

function credentialsIn(text: string): Map<string, GenesysClient> {
  const found = new Map<string, GenesysClient>()
  for (const [, kind, name = '', value = ''] of text.matchAll(/^GENESYS_CLIENT_(ID|SECRET)_(\w+)=(.*)$/gm)) {
    const customer = name.toLowerCase()
    const entry = found.get(customer) ?? { id: '', secret: '' }
    found.set(customer, { ...entry, [kind === 'ID' ? 'id' : 'secret']: value.trim() })
  }
  return found
}

const UNITS: Record<string, number> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** Milliseconds in `2d4h`, `47m`, `30s`. */
export function durationOf(text: string): number {
  let sum = 0
  for (const [, count, unit = ''] of text.matchAll(/(\d+)([smhd])/g))
    sum += Number(count) * (UNITS[unit] ?? 0)
  return sum
}
