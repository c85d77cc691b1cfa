// What a running server says of itself, for `supportmax serve status`.

import type { Doors, OpenDoor } from '../doors.ts'

export interface ServerStatus extends Record<string, unknown> {
  pid: number
  port: number
  /** When it was started, in ISO 8601. */
  since: string
  doors: DoorStatus[]
}

export interface DoorStatus {
  customer: string
  /** Of the newest generation. */
  tools: number
  /** Sessions of the older era; clients of the newer one have none. */
  sessions: number
  missing: { server: string; state: string; reason: string; hint: string }[]
}

export async function statusOf(
  doors: Doors,
  about: Pick<ServerStatus, 'port' | 'since'>,
): Promise<ServerStatus> {
  return { pid: process.pid, ...about, doors: await Promise.all(doors.all().map(doorStatus)) }
}

async function doorStatus({ customer, door, http }: OpenDoor): Promise<DoorStatus> {
  const { definitions, missing } = await door().live.current()
  return {
    customer: customer().id,
    tools: definitions.size,
    sessions: http.sessions(),
    missing: [...missing],
  }
}
