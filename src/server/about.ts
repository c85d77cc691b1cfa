// What a door tells a client that connects about itself.

import { packageVersion } from '../base/package-root.ts'
import { isRecord } from '../base/records.ts'
import { redact } from '../base/redact.ts'
import { counted } from '../base/text/amounts.ts'
import { stateWords } from '../base/text/state-words.ts'
import { type Customer, customerTitle, keyOf, type Server } from '../config/project.ts'
import type { ServerAbout } from '../mcp/connection.ts'
import type { ConnectionPool } from '../mcp/pool.ts'
import { TASKS_EXTENSION } from '../mcp/serving/served.ts'
import type { LiveToolset } from '../toolset/live/live.ts'
import type { Pins } from '../toolset/pins/pins.ts'

interface AboutOptions {
  customer: Customer
  live: LiveToolset
  pool: ConnectionPool
  pins: Pins
  /** Called with the servers whose instructions are withheld. */
  onWithheld(servers: string[]): void
}

/** Ours, and the instructions of the customer's servers, unless they changed since they were accepted. */
export async function aboutDoor({
  customer,
  live,
  pool,
  pins,
  onWithheld,
}: AboutOptions): Promise<ServerAbout> {
  const toolset = await live.current()
  const isMissing = (name: string) => toolset.missing.some(one => one.server === name)
  const found = await Promise.all(
    customer.servers
      .filter(server => !isMissing(server.name))
      .map(async server => {
        const about = await pool.about(keyOf(server)).catch(() => undefined)
        const { capabilities = {}, instructions: text } = about && !('state' in about) ? about : {}
        const can = tasksIn(capabilities)
        if (!text) return { can }
        const fault = instructionsFault(pins, server, text)
        return fault === undefined
          ? { can, text: `# ${server.name}\n${text}` }
          : {
              can,
              withheld: server.name,
              fault: `The instructions of ${server.name} are withheld: ${fault}.`,
            }
      }),
  )
  onWithheld(found.flatMap(one => one.withheld ?? []))
  const ours = [
    `Tools of ${customerTitle(customer)}, ${customer.access}. Servers: ${customer.servers.map(one => one.name).join(', ')}.`,
    // Without the reason, which names addresses: `status` shows it to a person.
    ...toolset.missing.map(
      ({ server, state }) =>
        `Not available now: ${server} (${stateWords(state)}); run \`supportmax status ${customer.id}\`.`,
    ),
    ...unpinnedLine(
      customer,
      toolset.withheld.filter(one => one.byPins),
    ),
    ...found.flatMap(one => one.fault ?? []),
  ]
  return {
    name: 'supportmax',
    version: packageVersion(),
    instructions: redact([ours.join('\n'), ...found.flatMap(one => one.text ?? [])].join('\n\n')),
    capabilities: Object.assign({ ...CAPABILITIES }, ...found.map(one => one.can)),
  }
}

/** Of a door with one server: what it says of itself, but for instructions that changed since they were accepted. */
export function withoutUnpinned(
  about: ServerAbout,
  { customer, pins, onWithheld }: Pick<AboutOptions, 'customer' | 'pins' | 'onWithheld'>,
): ServerAbout {
  const [server] = customer.servers
  const { instructions = '' } = about
  const fault = server && instructions !== '' ? instructionsFault(pins, server, instructions) : undefined
  if (fault === undefined) return about
  onWithheld(customer.servers.map(one => one.name))
  return { ...about, instructions: `The instructions of this server are withheld: ${fault}.` }
}

/** Why a server's instructions must not be passed on; undefined if they may be. */
function instructionsFault(pins: Pins, server: Server, text: string): string | undefined {
  const verdict = pins.of(server).verdictOn('instructions', '', text)
  return verdict.kind === 'withheld' ? verdict.reason : undefined
}

/** Only their number: the names are texts of a server. */
function unpinnedLine({ id }: Customer, tools: readonly { server: string }[]): string[] {
  if (tools.length === 0) return []
  const servers = [...new Set(tools.map(one => one.server))].join(', ')
  return [
    `Withheld until a person accepts them with \`supportmax tools accept ${id}\`: ${counted(tools.length, 'tool')} of ${servers}.`,
  ]
}

/** What a server can do with tasks: in the revision 2025-11-25, or in 2026-07-28. */
function tasksIn({ tasks, extensions }: Record<string, unknown>): Record<string, object> {
  return {
    ...(isRecord(tasks) && TASKS),
    ...(isRecord(extensions) && isRecord(extensions[TASKS_EXTENSION]) && NEW_TASKS),
  }
}

const NEW_TASKS = { extensions: { [TASKS_EXTENSION]: {} } }

const TASKS = { tasks: { list: {}, cancel: {}, requests: { tools: { call: {} } } } }

const CAPABILITIES = {
  tools: { listChanged: true },
  prompts: { listChanged: true },
  resources: { listChanged: true },
  completions: {},
  logging: {},
}
