// A running server follows changes of the configuration and the tokens.

import type { Principal } from '../../access/principal.ts'
import { type DoorTokens, isValid } from '../../access/tokens/tokens.ts'
import type { App } from '../../app.ts'
import { reasonOf } from '../../base/errors.ts'
import { fileStamp } from '../../base/files.ts'
import { counted } from '../../base/text/amounts.ts'
import { TIMEOUTS } from '../../base/timeouts.ts'
import { pause } from '../../base/waiting/wait.ts'
import type { Doors } from '../doors.ts'

interface Followed {
  doors: Doors
  tokens: DoorTokens
  /** Makes the server serve this configuration. */
  become(app: App): Promise<void>
  log(text: string): void
}

/** Milliseconds between two looks at the configuration and the tokens. */
const LOOK_EVERY = 500

/** Returns when `stop` fires. The first app is closed by the caller. */
export async function follow(
  first: App,
  { doors, tokens, become, log }: Followed,
  stop: AbortSignal,
): Promise<void> {
  let app = first
  let seen = first.configStamp
  const revokeOrphans = orphanRevoker(tokens, log)
  while (!stop.aborted) {
    await pause(LOOK_EVERY, stop).catch(() => {})
    await endExpired(doors, tokens)
    await revokeOrphans(app.project.customers.map(one => one.id))
    const stamp = fileStamp(app.project.file)
    if (stop.aborted || stamp === seen) continue
    seen = stamp
    try {
      const next = app.reopen()
      await become(next)
      if (app !== first) await app.close()
      app = next
      log(`configuration changed: serving ${counted(next.project.customers.length, 'customer')}`)
    } catch (error) {
      log(`configuration changed, but it has an error; still serving the previous one: ${reasonOf(error)}`)
    }
  }
  if (app !== first) await app.close()
}

/**
 * Revokes the tokens of customers that are gone for a while; until then, they open nothing either. A rename changes the
 * configuration before the tokens, and an editor can write a file twice.
 */
function orphanRevoker(
  tokens: DoorTokens,
  log: (text: string) => void,
): (customers: readonly string[]) => Promise<void> {
  /** Since when each customer is gone, as performance.now() counts. */
  const gone = new Map<string, number>()
  return async customers => {
    const now = performance.now()
    const orphans = new Set(tokens.customers().filter(id => !customers.includes(id)))
    for (const id of gone.keys()) if (!orphans.has(id)) gone.delete(id)
    for (const id of orphans) if (!gone.has(id)) gone.set(id, now)
    const due = [...gone.keys()].filter(id => now - (gone.get(id) ?? now) >= TIMEOUTS.orphans)
    if (due.length === 0) return
    const revoked = await tokens.revoke(one => due.includes(one.customer)).catch(() => [])
    for (const id of due) {
      gone.delete(id)
      const { length } = revoked.filter(one => one.customer === id)
      if (length > 0) log(`${id}: is not in the configuration; revoked ${counted(length, 'token')}`)
    }
  }
}

/** A revoked or expired token opens nothing any more; this ends what it has opened. */
async function endExpired(doors: Doors, tokens: DoorTokens): Promise<void> {
  const open = doors.all().filter(({ http }) => http.sessions() + http.streams() > 0)
  if (open.length === 0) return
  const good = new Set(goodTokens(tokens).map(one => `token:${one.id}`))
  const now = Date.now()
  const isGone = ({ id, expires = now }: Principal) =>
    expires < now || (id.startsWith('token:') && !good.has(id))
  await Promise.all(open.map(({ http }) => http.endOf(isGone)))
}

/** None if their file cannot be read: then no token opens a door. */
function goodTokens(tokens: DoorTokens) {
  try {
    return tokens.list().filter(one => isValid(one))
  } catch {
    return []
  }
}
