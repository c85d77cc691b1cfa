import { afterEach, describe, expect, it } from 'vitest'
import { connect } from '../../src/mcp/connect.ts'
import type { Authorizer, TokenRefusal } from '../../src/mcp/endpoint.ts'
import { echo, endpointOf, startServer, type TestServer } from '../helpers/mcp-servers.ts'

let server: TestServer | undefined
afterEach(() => server?.close())

/** Tokens in order; each refusal makes the next one the current one. */
function tokensInOrder(...tokens: string[]): Authorizer & { refusals: TokenRefusal[] } {
  const refusals: TokenRefusal[] = []
  return {
    refusals,
    token: async () => tokens[0],
    async renew(refusal) {
      refusals.push(refusal)
      tokens.shift()
      return tokens.length > 0
    },
  }
}

describe.each(['modern', 'legacy', 'sse'] as const)('a %s server that wants an access token', kind => {
  it('gets the next one after a refusal, once for each request, and runs the call once', async () => {
    server = await startServer({ kind, tools: [echo], token: 'second' })
    const authorizer = tokensInOrder('first', 'second')
    const connection = await connect(endpointOf(server, { authorizer }))
    const result = await connection.call('echo', { text: 'hi' }, {})
    await connection.close()
    expect(result.text).toBe('echo hi')
    expect(server.calls).toHaveLength(1)
    expect(authorizer.refusals).toEqual([{ token: 'first', status: 401, challenge: '' }])
  })

  it('is given up after one more refusal', async () => {
    server = await startServer({ kind, tools: [echo], token: 'never' })
    const authorizer = tokensInOrder('first', 'second', 'third')
    await expect(connect(endpointOf(server, { authorizer }))).rejects.toMatchObject({ kind: 'unauthorized' })
    expect(authorizer.refusals.map(one => one.token)).toEqual(['first'])
    expect(server.authorizations.slice(0, 2)).toEqual(['Bearer first', 'Bearer second'])
  })
})
