// One customer's door: its tools, prompts and resources, live, for every MCP client that may enter.

import type { Principal } from '../access/principal.ts'
import { type App, settledOf } from '../app.ts'
import { packageVersion } from '../base/package-root.ts'
import { redact } from '../base/redact.ts'
import { stateWords } from '../base/text/state-words.ts'
import { escapeUnsafe } from '../base/text/words.ts'
import { type Customer, customerTitle, keyOf } from '../config/project.ts'
import type { ServerAbout, ServerListener } from '../mcp/connection.ts'
import { type ConnectionPool, openPool } from '../mcp/pool.ts'
import type { DoorRequest, ServedDoor } from '../mcp/serving/served.ts'
import { endpointFinder } from '../stack/look/endpoint.ts'
import { toolsetSettings } from '../stack/tools/toolset.ts'
import { plainName, toolName } from '../toolset/build/name.ts'
import { openFace } from '../toolset/face/face.ts'
import { type LiveToolset, openLive } from '../toolset/live/live.ts'
import type { SeenLinks } from '../toolset/resources/reader.ts'
import type { Approve } from '../toolset/toolset.ts'

export interface CustomerDoor {
  readonly customer: Customer
  readonly served: ServedDoor
  readonly live: LiveToolset
  /** Calls back whenever a list may have changed. Returns a function that ends it. */
  onChange(listener: () => void): () => void
  close(): Promise<void>
}

interface DoorOptions {
  /** Names as the servers give them, for a customer with one server (default: as the customer's configuration says). */
  plain?: boolean
  /** What we say of ourselves (default: supportmax, with the customer's servers). */
  aboutOf?: ((pool: ConnectionPool) => Promise<ServerAbout>) | undefined
}

/** Connects to the customer's servers at once, and reports those that do not answer as missing. */
export async function openCustomerDoor(
  app: App,
  customer: Customer,
  { plain = customer.plainNames, aboutOf }: DoorOptions = {},
): Promise<CustomerDoor> {
  await app.prepare(customer)
  const { stack } = app
  const find = endpointFinder(stack)
  const settled = settledOf(stack)
  const seen: SeenLinks = new Map()
  const listeners = new Set<() => void>()
  const tell = () => {
    for (const listener of listeners) listener()
  }
  const pool = openPool(find, settled, ({ server }) => sharedListener(server, () => live, tell))
  const live = openLive(customer, {
    pool,
    find,
    seen,
    ...toolsetSettings(app),
    nameOf: plain ? plainName : toolName,
  })
  live.onChange(tell)
  const face = openFace({ customer, live, pool, seen, plain })
  const served: ServedDoor = {
    about: aboutOf ? () => aboutOf(pool) : oncePerGeneration(live, () => aboutDoor(customer, live, pool)),
    serves: face.serves,
    roleFor: tool => roleFor(live, tool),
    answer: (method, params, asking) =>
      face.answer(method, params, { ...asking, approve: approvalBy(customer, asking) }),
    openOwn: listener => openPool(find, settled, () => listener),
  }
  return {
    customer,
    served,
    live,
    onChange(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    async close() {
      live.close()
      await pool.close()
    },
  }
}

/** Of connections that all clients share: notices count, questions cannot be passed on to anybody. */
function sharedListener(server: string, live: () => LiveToolset, tell: () => void): ServerListener {
  let opened = 0
  return {
    capabilities: {},
    async onRequest(method) {
      throw new Error(`no client answers ${method} here`)
    },
    onNotice(method) {
      if (method === 'notifications/tools/list_changed') live().refresh(server)
      else if (method.endsWith('/list_changed')) tell()
    },
    onOpened() {
      // The first one is opened for a list.
      if (opened++ > 0) live().refresh(server)
    },
    onLost: () => live().refresh(server),
  }
}

/** A tool that may change something needs a role that may. */
async function roleFor(live: LiveToolset, name: string): Promise<Principal['role']> {
  const tool = (await live.current()).offeredTo(localPrincipal('read-write')).find(one => one.name === name)
  return tool?.readOnly === false ? 'read-write' : 'read-only'
}

/** Calls `make` again only when the toolset has changed. */
function oncePerGeneration<T>(live: LiveToolset, make: () => Promise<T>): () => Promise<T> {
  let made: { generation: number; value: Promise<T> } | undefined
  return async () => {
    const { generation } = await live.current()
    if (made?.generation !== generation) made = { generation, value: make() }
    return made.value
  }
}

/** What a client is told of this door when it connects. */
async function aboutDoor(customer: Customer, live: LiveToolset, pool: ConnectionPool): Promise<ServerAbout> {
  const { missing } = await live.current()
  const isMissing = (name: string) => missing.some(one => one.server === name)
  const theirs = await Promise.all(
    customer.servers
      .filter(server => !isMissing(server.name))
      .map(async server => {
        const about = await pool.about(keyOf(server)).catch(() => undefined)
        return about && !('state' in about) && about.instructions
          ? `# ${server.name}\n${about.instructions}`
          : []
      }),
  )
  const ours = [
    `Tools of ${customerTitle(customer)}, ${customer.access}. Servers: ${customer.servers.map(one => one.name).join(', ')}.`,
    ...missing.map(
      ({ server, state, reason }) => `Not available now: ${server} (${stateWords(state)}: ${reason}).`,
    ),
  ]
  return {
    name: 'supportmax',
    version: packageVersion(),
    instructions: [ours.join('\n'), ...theirs.flat()].join('\n\n'),
    capabilities: CAPABILITIES,
  }
}

const CAPABILITIES = {
  tools: { listChanged: true },
  prompts: { listChanged: true },
  resources: { listChanged: true },
  completions: {},
  logging: {},
}

/** A write is approved by the person at the client, if it can ask one. */
function approvalBy(customer: Customer, { elicit }: DoorRequest): Approve {
  return async ({ server, tool, args }) => {
    if (!elicit) return { allowed: false, reason: 'a person must approve it, and this client cannot ask one' }
    const question = `${customerTitle(customer)}: allow ${server} to run ${tool}?\n${shownArgs(args)}`
    const answer = await elicit(question)
    if (answer) return { allowed: true }
    const reason =
      answer === undefined ? 'approval has been requested' : 'the person at the client did not approve it'
    return { allowed: false, reason }
  }
}

const LONGEST_ARGS = 2_000

function shownArgs(args: unknown): string {
  const text = escapeUnsafe(redact(JSON.stringify(args) ?? ''))
  return text.length <= LONGEST_ARGS ? text : `${text.slice(0, LONGEST_ARGS)} … (${text.length} characters)`
}

/** The one who asks through a pipe: whoever started this program. */
export function localPrincipal(role: Principal['role']): Principal {
  return { id: 'local', name: 'this machine', role }
}
