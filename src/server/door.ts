// One customer's door: its tools, prompts and resources, live, for every MCP client that may enter.

import type { Principal } from '../access/principal.ts'
import { type App, settledOf } from '../app.ts'
import { reasonOf } from '../base/errors.ts'
import { fileStamp } from '../base/files.ts'
import { isRecord } from '../base/records.ts'
import { visible } from '../base/text/terminal-text.ts'
import type { Customer, Server } from '../config/project.ts'
import type { ServerAbout, ServerListener, ToolListing } from '../mcp/connection.ts'
import { type ConnectionPool, openPool } from '../mcp/pool.ts'
import type { ServedDoor } from '../mcp/serving/served.ts'
import { type ParamHeader, paramHeaders } from '../mcp/wire/listing/param-headers.ts'
import { toolListing } from '../mcp/wire/listing/tools.ts'
import { endpointFinder } from '../stack/look/endpoint.ts'
import { toolsetSettings } from '../stack/tools/toolset.ts'
import { plainName, toolName } from '../toolset/build/name.ts'
import { openFace } from '../toolset/face/face.ts'
import { openTaskBook, type TaskBook } from '../toolset/face/tasks/book.ts'
import { type LiveToolset, openLive } from '../toolset/live/live.ts'
import { createPace } from '../toolset/live/pace.ts'
import type { SeenLinks } from '../toolset/resources/reader.ts'
import { aboutDoor, withoutUnpinned } from './about.ts'
import { approvalBy } from './approval.ts'
import { ownPools } from './own-pools.ts'
import { goneLog, withheldLog } from './withheld.ts'

export interface CustomerDoor {
  readonly customer: Customer
  /** What decides about calls, as one text. */
  readonly wall: string
  readonly served: ServedDoor
  readonly live: LiveToolset
  /** Which caller each task belongs to. */
  readonly tasks: TaskBook
  /** Calls back whenever a list may have changed. Returns a function that ends it. */
  onChange(listener: () => void): () => void
  close(): Promise<void>
}

interface DoorOptions {
  /** Names as the server gives them, for a customer with one server (default: from the customer's configuration). */
  plain?: boolean
  /** What we say about ourselves (default: supportmax, with the customer's servers). */
  aboutOf?: ((pool: ConnectionPool) => Promise<ServerAbout>) | undefined
  /** The customer's door of an older configuration: what its servers listed and its tasks stay known. */
  before?: CustomerDoor | undefined
  /** Gets what the operator should know. */
  log?(text: string): void
}

/** Connects to the customer's servers at once, and reports those that do not answer as missing. */
export async function openCustomerDoor(
  app: App,
  customer: Customer,
  { plain = customer.plainNames, aboutOf, before, log = () => {} }: DoorOptions = {},
): Promise<CustomerDoor> {
  await app.prepare(customer)
  const { stack } = app
  const find = endpointFinder(stack)
  const settled = settledOf(stack)
  const seen: SeenLinks = new Map()
  const audience = openAudience()
  const { pins, accepted } = stack.state
  const known = new Map(
    // A bridge reports a server that does not answer.
    aboutOf ? [] : customer.servers.map(one => [one.name, knownTools(app, one, before)] as const),
  )
  let connections = 0
  const onReopened = (server: string) => {
    connections += 1
    live.refresh(server)
  }
  const pool = openPool(find, settled, ({ server }) => ({
    ...sharedListener(server, { live: () => live, tell: audience.tellSoon, onReopened }),
    isExpected: known.get(server) !== undefined,
  }))
  const live = openLive(customer, {
    pool,
    find,
    seen,
    ...toolsetSettings(app),
    nameOf: plain ? plainName : toolName,
    knownOf: server => known.get(server.name),
    onFault: error => onFault(error),
    stampOf: () => `${fileStamp(pins.file)} ${fileStamp(accepted.file)}`,
  })
  const noteWithheld = withheldLog(customer, pins, log)
  const onFault = (error: unknown) => log(`${customer.id}: fault: ${reasonOf(error)}`)
  const noteGone = goneLog(customer, pins, log)
  const noteTools = () => void noteWithheldTools(live, noteWithheld).catch(onFault)
  for (const hear of [audience.tell, noteTools, noteGone]) live.onChange(hear)
  noteTools()
  noteGone()
  const tasks = before?.tasks ?? openTaskBook()
  const face = openFace({ customer, live, pool, seen, plain, pins, tasks, onWithheld: noteWithheld })
  const onWithheld = (servers: string[]) => noteWithheld('server instruction', servers)
  const about = () => aboutDoor({ customer, live, pool, pins, onWithheld })
  const own = ownPools(customer, log, listener =>
    openPool(find, settled, ({ server }) => ({
      ...listener,
      isExpected: live.listingOf(server) !== undefined,
    })),
  )
  const served: ServedDoor = {
    about: aboutOf
      ? async () => withoutUnpinned(await aboutOf(pool), { customer, pins, onWithheld })
      : oncePerGeneration(live, () => connections, about),
    serves: face.serves,
    roleFor: tool => roleFor(live, tool),
    headersFor: tool => headersFor(live, tool),
    answer: (method, params, asking) =>
      face.answer(method, params, { ...asking, approve: approvalBy(customer, asking, live) }),
    openOwn: own.open,
  }
  return {
    customer,
    wall: JSON.stringify([customer.access, app.project.policy]),
    served,
    live,
    tasks,
    onChange: audience.onChange,
    async close() {
      audience.close()
      live.close()
      // What servers say there is about things that the newer door may not show.
      await Promise.all([pool.close(), own.close()])
    },
  }
}

/** The listeners for changed lists. */
function openAudience() {
  const listeners = new Set<() => void>()
  const tell = () => {
    for (const listener of listeners) listener()
  }
  const pace = createPace(tell)
  return {
    tell,
    /** About what a server announces, which it can do as often as it likes. */
    tellSoon: () => pace.soon(),
    onChange(listener: () => void) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    close: () => pace.close(),
  }
}

async function noteWithheldTools(
  live: LiveToolset,
  note: (kind: 'tool', names: string[]) => void,
): Promise<void> {
  const { withheld } = await live.current()
  note(
    'tool',
    withheld.filter(one => one.byPins).map(one => visible(`${one.server} ${one.tool}`)),
  )
}

/** For connections that all clients share: notices are used, but questions cannot be passed on to anybody. */
function sharedListener(
  server: string,
  { live, tell, onReopened }: { live(): LiveToolset; tell(): void; onReopened(server: string): void },
): ServerListener {
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
      // The first connection is opened for a list.
      if (opened++ > 0) onReopened(server)
    },
    onLost: () => live().refresh(server),
  }
}

/** A tool that may change something needs a role that may. */
async function roleFor(live: LiveToolset, name: string): Promise<Principal['role']> {
  const tool = (await live.current()).offeredTo(localPrincipal('read-write')).find(one => one.name === name)
  return tool?.readOnly === false ? 'read-write' : 'read-only'
}

/** An invalid declaration demands nothing: its tool is not offered. */
async function headersFor(live: LiveToolset, name: string): Promise<readonly ParamHeader[]> {
  const schema = (await live.current()).definitions.get(name)?.inputSchema
  if (!isRecord(schema)) return []
  const known = declaredHeaders.get(schema)
  if (known) return known
  const found = paramHeaders(schema)
  const headers = 'fault' in found ? [] : found
  declaredHeaders.set(schema, headers)
  return headers
}

/** By the schema of a tool, which every call of it needs. */
const declaredHeaders = new WeakMap<object, readonly ParamHeader[]>()

/** Calls `make` again only when the toolset or what `editionOf` returns has changed. */
function oncePerGeneration<T>(
  live: LiveToolset,
  editionOf: () => number,
  make: () => Promise<T>,
): () => Promise<T> {
  let made: { edition: string; value: Promise<T> } | undefined
  return async () => {
    const { generation } = await live.current()
    const edition = `${generation} ${editionOf()}`
    if (made?.edition !== edition) made = { edition, value: make() }
    return made.value
  }
}

/** What a server listed last: in this process, or when its tools were accepted. */
function knownTools(
  { stack }: App,
  server: Server,
  before: CustomerDoor | undefined,
): ToolListing | undefined {
  const isSame = before?.customer.servers.some(one => JSON.stringify(one) === JSON.stringify(server))
  const listed = isSame ? before?.live.listingOf(server.name) : undefined
  if (listed) return listed
  const accepted = stack.state.pins.of(server).known('tool')
  return accepted.length === 0 ? undefined : { ...toolListing(accepted), hasResources: false }
}

/** The caller on a pipe or on the local socket: the user of this machine. */
export function localPrincipal(role: Principal['role']): Principal {
  return { id: 'local', name: 'this machine', role }
}
