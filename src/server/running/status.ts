// What a running server reports, for `supportmax serve status`.

import type { Doors, OpenDoor } from '../doors.ts'
import type { Counts, Meter, TurnedAway } from '../meter.ts'

export interface ServerStatus extends Record<string, unknown> {
  pid: number
  port: number
  /** When it was started, in ISO 8601. */
  since: string
  doors: DoorStatus[]
  /** Requests that were refused at a door since then. */
  turnedAway: Partial<Record<TurnedAway, number>>
}

/** Counts are since the start. */
export interface DoorStatus extends Counts {
  customer: string
  /** Those of its servers that `supportmax tools` counts as offered. */
  tools: number
  upstreams: UpstreamStatus[]
}

/** `ready`, or what is wrong. */
export interface UpstreamStatus {
  server: string
  state: string
  reason?: string
  hint?: string
}

/** What is known now, without waiting for any server. */
export function statusOf(
  doors: Doors,
  meter: Meter,
  about: Pick<ServerStatus, 'port' | 'since'>,
): ServerStatus {
  return {
    pid: process.pid,
    ...about,
    doors: doors.all().map(door => doorStatus(door, meter)),
    turnedAway: meter.turnedAwayCounts(),
  }
}

function doorStatus({ customer, door }: OpenDoor, meter: Meter): DoorStatus {
  const { tools, missing } = door().live.peek()
  const { id, servers } = customer()
  const upstreams = servers.map(
    ({ name }) => missing.find(one => one.server === name) ?? { server: name, state: 'ready' },
  )
  return {
    customer: id,
    tools: tools.filter(one => one.server !== '').length,
    ...meter.countsOf(id),
    upstreams,
  }
}
