// One customer behind a running `supportmax serve`, whose only server counts its calls, and model platforms that call its tool.

import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Recorded } from '../fake-platforms/instance.ts'
import { type FakePlatforms, startFakePlatforms } from '../fake-platforms/start.ts'
import type { Turn } from '../fake-platforms/turn.ts'
import { type Place, placeIn, startSupportmax, supportmax } from '../helpers/cli.ts'
import { newFolder } from '../helpers/folder.ts'
import { startServer } from '../helpers/mcp-servers.ts'
import { freePort } from '../helpers/ports.ts'
import { until } from '../helpers/until.ts'

/** What the server calls its tool, and the gateway. */
export const TOOL = 'wiki__lookup'

/** What the model says if it is not offered the tool. */
export const NO_TOOL = 'There is no tool for that.'

export interface ClientWorld {
  /** Where `supportmax` is run, and every client: a home of its own. */
  place: Place
  fake: FakePlatforms
  /** The address of the customer's door. */
  url: string
  /** Opens the door. */
  token: string
  /** Of the same form, and opens nothing. */
  wrongToken: string
  /** What the tool answers, and nothing else in the world knows. */
  code: string
  /** Calls that reached the tool. */
  calls: string[]
  /** How many requests the door has answered with 401. */
  unauthorized(): Promise<number>
  close(): Promise<void>
}

export async function openClientWorld(): Promise<ClientWorld> {
  const code = `code-${randomBytes(6).toString('hex')}`
  const lookup = {
    name: 'lookup',
    description: 'Returns the code of a ticket',
    annotations: { readOnlyHint: true },
    inputSchema: { type: 'object', properties: { ticket: { type: 'string' } }, required: ['ticket'] },
    run: ({ ticket }: Record<string, unknown>) => `${ticket}: ${code}`,
  }
  const server = await startServer({ kind: 'modern', tools: [lookup] })
  const fake = await startFakePlatforms()
  const place = placeIn(newFolder())
  const customer = { name: 'Acme', mcp_servers: [{ name: 'wiki', url: server.url, trust_hints: true }] }
  const config = { runtime: 'local', customers: [customer] }
  writeFileSync(join(place.folder, 'mcp_servers.json'), JSON.stringify(config))
  const port = await freePort()
  const { child, ended } = startSupportmax(place, 'serve', '--port', String(port))
  await until('serve is ready', async () => (await fetch(`http://127.0.0.1:${port}/readyz`)).ok)
  const { stdout } = await supportmax(place, 'token', 'create', '--customer', 'acme')
  const token = stdout.trim()
  return {
    ...{ place, fake, code, calls: server.calls },
    url: `http://127.0.0.1:${port}/customers/acme/mcp`,
    token,
    wrongToken: token.replace(/.$/, last => (last === 'x' ? 'y' : 'x')),
    async unauthorized() {
      const { stdout } = await supportmax(place, 'serve', 'status', '--json')
      return JSON.parse(stdout).turnedAway.unauthorized ?? 0
    },
    async close() {
      child.kill()
      await ended
      await fake.close()
      await server.close()
    },
  }
}

/** A model that calls the tool once and says what came back; without the tool, it has little to say. */
export function modelThatCalls({ code }: Pick<ClientWorld, 'code'>): (request: Recorded) => Turn {
  return ({ body }) => {
    if (JSON.stringify(body).includes(code)) return { text: `The answer is ${code}.` }
    const name = namesIn(body.tools).find(one => one.endsWith(TOOL))
    return name === undefined ? { text: NO_TOOL } : { calls: [{ name, args: { ticket: 'T-1' } }] }
  }
}

/** Whatever is called `name`, at any depth. */
function namesIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) =>
    key === 'name' && typeof inner === 'string' ? [inner] : namesIn(inner),
  )
}
