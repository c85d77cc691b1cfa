import { randomBytes } from 'node:crypto'
import type { Rules, Turn } from './turn.ts'

export const VENDORS = ['openai', 'azure', 'anthropic', 'google', 'vertex'] as const
export type Vendor = (typeof VENDORS)[number]

/** One request as it came. Times are milliseconds of performance.now(), those named `Epoch` since 1970. */
export interface Recorded {
  method: string
  path: string
  query: Record<string, string>
  /** The key or token in the vendor's own header, without `Bearer`. */
  key: string | undefined
  headers: Record<string, string>
  body: Record<string, unknown>
  arrivedAt: number
  arrivedEpoch: number
  /** Why the body breaks the vendor's rules; it was refused. */
  violation?: string
  /** When the fault was sent (or, for a hang, when sending stopped). */
  faultAt?: number
  /** When the last byte was sent. */
  endedAt?: number
  /** When the client closed the connection before the end. */
  closedByClientAt?: number
}

export type Script = readonly Turn[] | ((request: Recorded, turn: number) => Turn)

/** One platform with a script, records and secrets of its own: `anthropic`, or `openai-b` beside `openai`. */
export interface Instance {
  name: string
  vendor: Vendor
  script: Script
  turns: number
  listing: readonly Turn[]
  rules: Rules
  requests: Recorded[]
  listings: Recorded[]
  /** Requests for a token (Vertex). */
  signIns: Recorded[]
  /** Sealed reasoning and ids that this instance gave out, each with the model that they are of. */
  made: Map<string, string>
}

export function newInstance(name: string, vendor: Vendor): Instance {
  const empty = { script: [], turns: 0, listing: [], rules: {}, requests: [], listings: [], signIns: [] }
  return { name, vendor, ...empty, made: new Map() }
}

/** The next turn of the script; the last one repeats. */
export function nextTurn(instance: Instance, request: Recorded): Turn {
  const { script, turns } = instance
  instance.turns++
  if (typeof script === 'function') return script(request, turns)
  return script[Math.min(turns, script.length - 1)] ?? { text: `Hello from ${instance.name}.` }
}

/** An id of the vendor's form, remembered. */
export function newId(instance: Instance, prefix: string, model: string): string {
  const id = `${prefix}${randomBytes(12).toString('hex')}`
  instance.made.set(id, model)
  return id
}

/** Base64 that nobody else can have made, remembered. */
export function newSeal(instance: Instance, model: string): string {
  const seal = Buffer.from(`${instance.name}:${model}:${randomBytes(9).toString('hex')}`).toString('base64')
  instance.made.set(seal, model)
  return seal
}
