// The client that the conformance suite drives: our own connections and sign-ins, as the chat and every command use them. In
// place of a person and a browser, it visits the address of a login itself.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SupportError } from '../../src/base/errors.ts'
import { TIMEOUTS } from '../../src/base/timeouts.ts'
import { connect } from '../../src/mcp/connect.ts'
import { Fault, type Tool } from '../../src/mcp/connection.ts'
import type { Authorizer, Endpoint } from '../../src/mcp/endpoint.ts'
import { createSignInAuthorizer } from '../../src/mcp/sign-in/authorizer.ts'
import { createClientAuthorizer } from '../../src/mcp/sign-in/client/authorizer.ts'
import type { ClientAuth } from '../../src/mcp/sign-in/client/client.ts'
import type { SignInDoor } from '../../src/mcp/sign-in/discover.ts'
import { login } from '../../src/mcp/sign-in/login/login.ts'
import { openSignInStore, type SignInStore } from '../../src/mcp/sign-in/store.ts'

const MOST_LOGINS = 3

const url = process.argv.at(-1) ?? ''
const scenario = process.env.MCP_CONFORMANCE_SCENARIO ?? ''
/** What some scenarios hand over; empty for the others. */
const context = JSON.parse(process.env.MCP_CONFORMANCE_CONTEXT ?? '{}')

const folder = mkdtempSync(join(tmpdir(), 'supportmax-conformance-'))
try {
  const store = openSignInStore(folder, { name: undefined, load: async () => {}, value: () => undefined })
  await run(store)
} finally {
  rmSync(folder, { recursive: true, force: true })
}

/** Lists the tools and calls them. Signs in whenever that is what the error says to do. */
async function run(store: SignInStore): Promise<void> {
  for (let logins = 0; ; logins++) {
    try {
      return await workWith(store)
    } catch (error) {
      const isAsked = error instanceof Fault && error.remedy?.includes('supportmax auth login')
      if (!isAsked || logins === MOST_LOGINS) throw error
      await signIn(store)
    }
  }
}

async function workWith(store: SignInStore): Promise<void> {
  const connection = await connect(endpointWith(authorizer(store)))
  try {
    const { tools } = await connection.listTools()
    const calls: { name: string; arguments: Record<string, unknown> }[] =
      context.toolCalls ?? tools.map(one => ({ name: one.name, arguments: argumentsFor(one, tools) }))
    for (const call of calls) await connection.call(call.name, call.arguments, { repeatable: true })
  } finally {
    await connection.close()
  }
}

function endpointWith(authorizer: Authorizer | undefined): Endpoint {
  return {
    customer: 'acme',
    server: 'conformance',
    system: 'the conformance suite',
    url,
    transport: 'streamable-http',
    token: undefined,
    auth: undefined,
    authorizer,
    headers: {},
    tls: {},
    proxy: undefined,
    vouchedUntil: 0,
    smoke: undefined,
    image: undefined,
    deadlines: { connect: TIMEOUTS.probe, probe: TIMEOUTS.probe, call: TIMEOUTS.toolCall },
  }
}

function authorizer(store: SignInStore): Authorizer | undefined {
  if (!scenario.startsWith('auth/')) return undefined
  const {
    client_id: id,
    client_secret: secret,
    private_key_pem: privateKey,
    signing_algorithm: alg,
  } = context
  if (!scenario.startsWith('auth/client-credentials'))
    return createSignInAuthorizer({ store, door: () => signInDoor() })
  const client: ClientAuth = { id, proof: secret ? { secret } : { privateKey, alg }, scopes: [] }
  let known: string | undefined
  return createClientAuthorizer({
    door: signInDoor,
    client: () => client,
    issuer: {
      get: () => known,
      set(issuer) {
        known = issuer
      },
    },
  })
}

function signInDoor(): SignInDoor {
  return {
    customer: 'acme',
    server: 'conformance',
    auth: {
      kind: 'sign-in',
      clientId: context.client_id,
      clientSecretName: undefined,
      clientMetadataUrl: 'https://conformance-test.local/client-metadata.json',
      scopes: [],
    },
    address: url,
    url,
    transport: 'streamable-http',
    headers: {},
    tls: {},
    proxy: undefined,
    clientSecret: context.client_secret,
  }
}

async function signIn(store: SignInStore): Promise<void> {
  try {
    await logIn(store)
  } catch (error) {
    // Another authorization server: the hint says to log out first.
    if (!(error instanceof SupportError) || !error.hint?.includes('supportmax auth logout')) throw error
    await store.locked(signInDoor(), async () => store.remove(signInDoor()))
    await logIn(store)
  }
}

async function logIn(store: SignInStore): Promise<void> {
  await login({
    store,
    door: signInDoor(),
    show: address => void visit(address),
    async *pasted() {},
    reject: reason => console.error(reason),
    signal: AbortSignal.timeout(TIMEOUTS.probe),
  })
}

/** The suite's authorization server asks nothing, and sends the browser back at once. */
async function visit(address: string): Promise<void> {
  const answer = await fetch(address, { redirect: 'manual' })
  const back = answer.headers.get('location')
  if (back === null) throw new Error(`no redirect, but HTTP ${answer.status}`)
  await fetch(back)
}

/** One scenario wants to have the schema of a tool back, as we got it. */
function argumentsFor({ name, inputSchema }: Tool, tools: readonly Tool[]): Record<string, unknown> {
  const shown = tools.find(one => one.name === 'json_schema_2020_12_tool')
  return name === 'json_schema_echo' && shown ? { schema: shown.inputSchema } : exampleArguments(inputSchema)
}

function exampleArguments({ properties }: Record<string, unknown>): Record<string, unknown> {
  const values: Record<string, unknown> = { string: 'x', boolean: true, array: [], object: {} }
  return Object.fromEntries(
    Object.entries((properties ?? {}) as Record<string, { type?: string }>).map(([name, { type = '' }]) => [
      name,
      values[type] ?? 1,
    ]),
  )
}
