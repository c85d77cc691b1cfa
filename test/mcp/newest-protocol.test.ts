import { expect, it } from 'vitest'
import { connect } from '../../src/mcp/connect.ts'
import { closing } from '../helpers/closing.ts'
import { endpointOf } from '../helpers/mcp-servers.ts'
import { rawUpstream } from '../helpers/raw-upstream.ts'

it.each(['2025-03-26', '2025-06-18', '2025-11-25'] as const)(
  'a server is asked for %s at the most, if its configuration says so',
  async newestProtocol => {
    const server = await rawUpstream({ era: 'legacy', answer: () => ({ result: { content: [] } }) })
    const connection = closing(await connect(endpointOf(server, { newestProtocol })))
    await connection.listTools()
    const [first, ...later] = server.received
    expect([first?.method, first?.params.protocolVersion]).toEqual(['initialize', newestProtocol])
    expect(new Set(later.map(({ headers }) => headers['mcp-protocol-version']))).toEqual(
      new Set([newestProtocol]),
    )
  },
)

it('a server of the newer era is asked for the older one, if its configuration says so', async () => {
  const server = await rawUpstream({
    era: 'modern',
    answer: () => ({ error: { code: -32_601, message: 'no' } }),
  })
  await expect(connect(endpointOf(server, { newestProtocol: '2025-06-18' }))).rejects.toThrow()
  expect(server.received.map(({ method }) => method)).not.toContain('server/discover')
})
