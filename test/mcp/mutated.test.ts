import { expect, it } from 'vitest'
import { connect } from '../../src/mcp/connect.ts'
import { Fault } from '../../src/mcp/connection.ts'
import { closing } from '../helpers/closing.ts'
import { endpointOf, rawServer } from '../helpers/mcp-servers.ts'

const ROUNDS = 120

/** The same numbers in every run. */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

it('a server with randomly mutated answers causes results or faults, but never a hang or an unexpected error', async () => {
  const random = seeded(7)
  const results: Record<string, object> = {
    'server/discover': { supportedVersions: ['2026-07-28'], capabilities: { tools: {} } },
    initialize: {
      protocolVersion: '2025-06-18',
      capabilities: { tools: {} },
      serverInfo: { name: 'x', version: '1' },
    },
    'tools/list': { tools: [{ name: 'a', inputSchema: { type: 'object' } }], nextCursor: 'next' },
    'tools/call': { content: [{ type: 'text', text: 'fine' }], isError: false },
  }
  const server = await rawServer(async (req, res) => {
    let body = ''
    for await (const part of req) body += part
    const { id, method } = JSON.parse(body || '{}')
    const answer = JSON.stringify({ jsonrpc: '2.0', id, result: results[method] ?? {} })
    const text = random() < 0.3 ? answer : mutated(answer, random)
    const asStream = random() < 0.5
    res.writeHead(random() < 0.9 ? 200 : 100 + Math.floor(random() * 400) + 100, {
      'content-type': asStream ? 'text/event-stream' : 'application/json',
    })
    res.end(asStream ? `event: message\ndata: ${text}\n\n` : text)
  })
  closing(server)
  const kinds: Record<string, number> = {}
  for (let i = 0; i < ROUNDS; i++) {
    const outcome = await oneRound(server.url)
    kinds[outcome] = (kinds[outcome] ?? 0) + 1
  }
  expect(Object.values(kinds).reduce((sum, one) => sum + one, 0)).toBe(ROUNDS)
  expect(Object.keys(kinds).length).toBeGreaterThan(3)
}, 120_000)

async function oneRound(url: string): Promise<string> {
  const endpoint = endpointOf({ url }, { deadlines: { connect: 150, probe: 150, call: 150 } })
  try {
    const connection = await connect(endpoint)
    try {
      await connection.listTools()
      const { text, isError } = await connection.call('a', {}, { deadline: 150 })
      expect([typeof text, typeof isError]).toEqual(['string', 'boolean'])
      return 'result'
    } finally {
      await connection.close()
    }
  } catch (error) {
    expect(error).toBeInstanceOf(Fault)
    return (error as Fault).kind
  }
}

function mutated(text: string, random: () => number): string {
  const at = Math.floor(random() * text.length)
  const length = Math.floor(random() * 12)
  const pieces = ['', '"', '{', '}', 'null', '\u0000', '\n\n', '9'.repeat(20), text.slice(0, 40), '\ufffd']
  const piece = pieces[Math.floor(random() * pieces.length)] ?? ''
  return text.slice(0, at) + piece + text.slice(at + length)
}
