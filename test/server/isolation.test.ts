import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { connect } from '../../src/mcp/connect.ts'
import { resourceReader } from '../../src/toolset/resources/reader.ts'
import { closing } from '../helpers/closing.ts'
import { lineClient } from '../helpers/line-client.ts'
import { endpointOf } from '../helpers/mcp-servers.ts'
import { sendMixed } from '../helpers/mixed-calls.ts'
import { startOwnServer } from '../helpers/own-server.ts'
import { rawClient } from '../helpers/raw-client.ts'
import type { Exchange } from '../helpers/raw-upstream.ts'
import { twoCustomers } from '../helpers/two-customers.ts'

const CALL = { name: 'alpha__made', arguments: {} }
const INITIALIZE = {
  protocolVersion: '2025-11-25',
  capabilities: {},
  clientInfo: { name: 'other', version: '1' },
}

describe('two customers with the same names', () => {
  it.each(['modern', 'legacy'] as const)('never get data of each other, from %s servers', async era => {
    await sendMixed(await twoCustomers(era), 750)
  })
})

describe("a token of another customer's door", () => {
  it.each([
    ['POST', 'tools/call', CALL],
    ['POST', 'initialize', INITIALIZE],
    ['GET', undefined, {}],
    ['DELETE', undefined, {}],
  ])('is answered as at a door that does not exist: %s %s', async (method, rpc, params) => {
    const { url, token } = await twoCustomers('legacy')
    const authorization = `Bearer ${await token('acme', 'read-write')}`
    const ask = async (customer: string) => {
      const body = rpc && JSON.stringify({ jsonrpc: '2.0', id: 1, method: rpc, params })
      const headers = {
        authorization,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
      }
      const response = await fetch(url(customer), { method, headers, ...(body && { body }) })
      const { date, ...shown } = Object.fromEntries(response.headers)
      return { status: response.status, headers: shown, text: await response.text() }
    }
    const refused = await ask('beta')
    expect(refused).toMatchObject({ status: 401, headers: { 'www-authenticate': 'Bearer' } })
    expect(refused).toEqual(await ask('nobody'))
    expect(refused).toEqual(await ask('__proto__'))
  })
})

describe('a session', () => {
  async function sessionOfAcme() {
    const world = await twoCustomers('legacy')
    const token = await world.token('acme')
    const owner = await rawClient(world.url('acme'), { era: 'legacy', token })
    /** Tries the session, and returns the status of each request. */
    async function tried(customer: string, bearer: string, session: string) {
      const headers = {
        authorization: `Bearer ${bearer}`,
        'mcp-session-id': session,
        'mcp-protocol-version': '2025-11-25',
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
      }
      const post = (method: string, params: object) =>
        statusOf(customer, 'POST', headers, JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }))
      return [
        await post('tools/call', CALL),
        await post('tools/call', { ...CALL, _meta: { progressToken: 1 } }),
        await post('tools/list', {}),
        await post('initialize', INITIALIZE),
        await statusOf(customer, 'GET', { ...headers, accept: 'text/event-stream' }),
        await statusOf(customer, 'DELETE', headers),
      ]
    }
    async function statusOf(
      customer: string,
      method: string,
      headers: Record<string, string>,
      body?: string,
    ) {
      const response = await fetch(world.url(customer), {
        method,
        headers,
        ...(body !== undefined && { body }),
      })
      await response.body?.cancel()
      return response.status
    }
    return { world, token, owner, session: owner.session as string, tried }
  }

  const NOT_FOUND = [404, 404, 404, 404, 404, 404]

  it('is not there for another token of the same door, and stays for its own', async () => {
    const { world, owner, session, tried } = await sessionOfAcme()
    expect(await tried('acme', await world.token('acme', 'read-write'), session)).toEqual(NOT_FOUND)
    expect((await owner.send('tools/list')).status).toBe(200)
    expect(world.upstreams.acme.calls()).toEqual([])
  })

  it("is not there at another customer's door, whatever the token", async () => {
    const { world, token, owner, session, tried } = await sessionOfAcme()
    const other = await world.token('beta')
    expect(await tried('beta', other, session)).toEqual(NOT_FOUND)
    expect(await tried('acme', other, session)).toEqual(NOT_FOUND.map(() => 401))
    expect(await tried('beta', token, session)).toEqual(NOT_FOUND.map(() => 401))
    expect((await owner.send('tools/list')).status).toBe(200)
    expect([world.upstreams.acme.calls(), world.upstreams.beta.calls()]).toEqual([[], []])
  })

  it('cannot be guessed', async () => {
    const { token, session, tried } = await sessionOfAcme()
    const guesses = [
      randomUUID(),
      session.toUpperCase(),
      session.slice(0, -1),
      `${session}0`,
      '__proto__',
      '0',
    ]
    for (const guess of guesses) expect(await tried('acme', token, guess)).toEqual(NOT_FOUND)
  })
})

describe('the state of a request in several rounds', () => {
  const CAN = { elicitation: { form: {} } }
  const QUESTION = { q: { method: 'elicitation/create', params: { mode: 'form', message: 'sure?' } } }
  const ANSWER = { q: { action: 'accept', content: {} } }

  /** Asks in the first round, and answers in the second. */
  const inTwoRounds = ({ params }: Exchange, mark: string) => ({
    result:
      params.requestState === `state-${mark}`
        ? { resultType: 'complete', content: [{ type: 'text', text: mark }] }
        : { resultType: 'input_required', inputRequests: QUESTION, requestState: `state-${mark}` },
  })

  it('is good for the same request of the same client alone', async () => {
    const world = await twoCustomers('modern', inTwoRounds)
    const open = async (customer: 'acme' | 'beta') => {
      const token = await world.token(customer)
      return rawClient(world.url(customer), { era: 'modern', token, capabilities: CAN })
    }
    const [mine, others, elsewhere] = [await open('acme'), await open('acme'), await open('beta')]
    const { result } = (await mine.send('tools/call', CALL)).answer
    expect(result).toMatchObject({ resultType: 'input_required', inputRequests: QUESTION })
    const requestState = String(result?.requestState)
    expect(requestState).not.toContain('state-data')
    const again = { ...CALL, requestState, inputResponses: ANSWER }
    const replays = [
      others.send('tools/call', again),
      elsewhere.send('tools/call', again),
      mine.send('tools/call', { ...again, name: 'alpha__other' }),
      mine.send('tools/call', { ...again, arguments: { more: 1 } }),
      mine.send('prompts/get', { ...again, name: 'alpha__greet' }),
      mine.send('tools/call', { ...again, requestState: `${requestState.slice(0, -2)}AA` }),
      mine.send('tools/call', { ...again, requestState: 'state-data-of-acme' }),
      mine.send('tools/call', { ...again, requestState: '' }),
    ]
    for (const replay of replays) expect((await replay).answer.error).toMatchObject({ code: -32_602 })
    expect([world.upstreams.acme.calls().length, world.upstreams.beta.calls().length]).toEqual([1, 0])
    const { answer } = await mine.send('tools/call', again)
    expect(answer.result).toMatchObject({ content: [{ text: 'data-of-acme' }] })
  })

  it("is not good at another customer's door for the same person", async () => {
    const world = await twoCustomers('modern', inTwoRounds)
    const how = { era: 'modern', capabilities: CAN } as const
    const [acme, beta] = [
      await lineClient(world.state, 'acme', how),
      await lineClient(world.state, 'beta', how),
    ]
    const { result } = await acme.send('tools/call', CALL)
    const again = { ...CALL, requestState: String(result?.requestState), inputResponses: ANSWER }
    expect((await beta.send('tools/call', again)).error).toMatchObject({ code: -32_602 })
    expect(world.upstreams.beta.calls()).toEqual([])
    expect((await acme.send('tools/call', again)).result).toMatchObject({
      content: [{ text: 'data-of-acme' }],
    })
  })
})

describe('what we ourselves offer', () => {
  /** Names of all parameters in a schema, however deep. */
  function parametersIn(schema: unknown): string[] {
    if (typeof schema !== 'object' || schema === null) return []
    const { properties } = schema as { properties?: object }
    return [...Object.keys(properties ?? {}), ...Object.values(schema).flatMap(parametersIn)]
  }
  const namesCustomer = (name: string) => /customer|tenant|principal|token/i.test(name)
  const GENESYS = {
    GENESYS_REGION: 'eu-central-1',
    GENESYS_CLIENT_ID: 'id-of-nobody',
    GENESYS_CLIENT_SECRET: 'secret-of-nobody',
  }

  it.each([
    ['alertmanager', { ALERTMANAGER_URL: 'http://127.0.0.1:9' }],
    ['genesys', GENESYS],
  ])('has no parameter for a customer: %s', async (name, env) => {
    const server = await startOwnServer(name, env)
    closing({ close: server.stop })
    const { token } = server
    const connection = closing(await connect(endpointOf({ url: `${server.url}/mcp` }, { token })))
    const { tools } = await connection.listTools()
    const parameters = tools.flatMap(tool => parametersIn(tool.inputSchema))
    expect(parameters.length).toBeGreaterThan(5)
    expect(parameters.filter(namesCustomer)).toEqual([])
    // No prompts and no resources.
    expect(Object.keys(connection.about.capabilities)).toEqual(['tools'])
  })

  it('has no parameter for a customer: the tool that reads resources', () => {
    const reader = resourceReader({
      customer: 'acme',
      servers: ['alpha', 'beta'],
      pool: { listOffers: fails, readResource: fails },
      seen: new Map(),
    })
    expect(parametersIn(reader.tool.inputSchema).filter(namesCustomer)).toEqual([])
  })
})

async function fails(): Promise<never> {
  throw new Error('nobody asks')
}
