// The doors of all customers, as the configuration has them now.

import type { Principal } from '../access/principal.ts'
import type { App } from '../app.ts'
import { reasonOf } from '../base/errors.ts'
import { redact } from '../base/redact.ts'
import type { Customer } from '../config/project.ts'
import type { HttpServing, serveOverHttp } from '../mcp/serving/http/http.ts'
import type { ServedDoor } from '../mcp/serving/served.ts'
import { type CustomerDoor, openCustomerDoor } from './door.ts'
import { type Meter, meteredTrail } from './meter.ts'

export interface Doors {
  /** Whether all customers have a door. */
  isReady(): boolean
  /** The answer to a request of MCP; undefined if there is no such customer. */
  enter(customer: string, request: Request, by: Principal): Promise<Response | undefined>
  /** Whether the configuration has this customer. Its door may not be open yet. */
  has(customer: string): boolean
  /** Waits while the door is being opened; undefined if there is none. */
  of(customer: string): Promise<OpenDoor | undefined>
  all(): OpenDoor[]
  /**
   * Makes the doors match this configuration. Clients of a changed customer stay, and get its new tools; sessions of a
   * removed one end at once.
   */
  become(app: App): Promise<void>
  close(): Promise<void>
}

/** A door that stays when its customer's configuration changes. */
export interface OpenDoor {
  customer(): Customer
  door(): CustomerDoor
  served: ServedDoor
  http: HttpServing
  onChange(listener: () => void): () => void
}

interface Place extends OpenDoor {
  /** What the current door was made from. */
  made: string
  swap(door: CustomerDoor, made: string): Promise<void>
  close(): Promise<void>
}

/** @param warn called with what went wrong for a client or a customer */
export function openDoors(warn: (text: string) => void, meter: Meter): Doors {
  const places = new Map<string, Place>()
  /** By customer: all that the configuration has now. */
  const opening = new Map<string, Promise<void>>()
  let isReady = false

  async function become(app: App): Promise<void> {
    const { customers } = app.project
    const gone = [...opening.keys()].filter(id => customers.every(one => one.id !== id))
    for (const id of gone) {
      const place = places.get(id)
      places.delete(id)
      opening.delete(id)
      await place?.close()
    }
    for (const customer of customers) opening.set(customer.id, settle(app, customer))
    await Promise.all(opening.values())
    isReady = true
  }

  async function settle(app: App, customer: Customer): Promise<void> {
    const made = JSON.stringify([customer, { ...app.project, customers: [], platforms: [] }])
    const place = places.get(customer.id)
    if (place?.made === made) return
    try {
      const metered = { ...app, audit: meteredTrail(app.audit, meter) }
      const door = await openCustomerDoor(metered, customer, { before: place?.door(), log: warn })
      if (place) return await place.swap(door, made)
      // Loaded here: the door has begun to connect to its servers.
      const { serveOverHttp } = await import('../mcp/serving/http/http.ts')
      places.set(customer.id, openPlace(door, made, { warn, meter, serveOverHttp }))
    } catch (error) {
      // The door of the older configuration could allow more than this one.
      places.delete(customer.id)
      await place?.close()
      warn(`${customer.id}: its door could not be opened: ${reasonOf(error)}`)
    }
  }

  async function of(customer: string): Promise<Place | undefined> {
    await opening.get(customer)
    return places.get(customer)
  }

  return {
    isReady: () => isReady,
    enter: async (customer, request, by) => (await of(customer))?.http.fetch(request, by),
    has: customer => opening.has(customer),
    of,
    all: () => [...places.values()],
    become,
    async close() {
      await Promise.all([...places.values()].map(place => place.close()))
      places.clear()
    },
  }
}

interface PlaceOptions {
  warn(text: string): void
  meter: Meter
  serveOverHttp: typeof serveOverHttp
}

function openPlace(first: CustomerDoor, from: string, { warn, meter, serveOverHttp }: PlaceOptions): Place {
  const { id } = first.customer
  const listeners = new Set<() => void>()
  /** Doors of older configurations, in which calls may still be running. */
  const leaving = new Map<CustomerDoor, NodeJS.Timeout>()
  let door = first
  let made = from
  const served: ServedDoor = {
    about: () => door.served.about(),
    serves: method => door.served.serves(method),
    roleFor: tool => door.served.roleFor(tool),
    headersFor: tool => door.served.headersFor(tool),
    async answer(method, params, request) {
      const since = performance.now()
      const answered = meter.answering()
      const answer = await door.served.answer(method, params, request).finally(answered)
      const outcome = 'error' in answer ? 'error' : 'ok'
      meter.request({ customer: id, method, outcome, took: performance.now() - since })
      return answer
    },
    onClient: () => meter.opened(id),
    openOwn: listener => door.served.openOwn?.(listener),
    edition: () => made,
  }
  const http = serveOverHttp(served, error => warn(`${door.customer.id}: ${error.message}`))
  const tell = () => {
    http.tellOfChange()
    for (const listener of listeners) listener()
  }
  async function leave(old: CustomerDoor): Promise<void> {
    clearTimeout(leaving.get(old))
    leaving.delete(old)
    await old.close().catch(error => warn(`${id}: ${redact(reasonOf(error))}`))
  }
  let stopTelling = door.onChange(tell)
  return {
    customer: () => door.customer,
    door: () => door,
    served,
    http,
    get made() {
      return made
    },
    onChange(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    async swap(next, from) {
      const old = door
      door = next
      made = from
      stopTelling()
      stopTelling = next.onChange(tell)
      tell()
      // Calls that run there were allowed, or wait for approval, under the older rules.
      const left = old.wall === next.wall ? LAST_CALLS : 0
      leaving.set(old, setTimeout(() => void leave(old), left).unref())
    },
    async close() {
      await http.close()
      await Promise.all([door.close(), ...[...leaving.keys()].map(leave)])
    },
  }
}

/** Milliseconds in which calls may end after their customer's configuration has changed. */
const LAST_CALLS = 60_000
