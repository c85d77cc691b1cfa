import { userInfo } from 'node:os'
import { expect, it } from 'vitest'
import type { Principal } from '../../src/access/principal.ts'
import { openPool } from '../../src/mcp/pool.ts'
import { buildToolset } from '../../src/toolset/build/build.ts'
import { closing } from '../helpers/closing.ts'
import { customerOf, finder } from '../helpers/customer-of.ts'
import { startServer } from '../helpers/mcp-servers.ts'
import { rulesOf } from '../helpers/rules.ts'

const laptop: Principal = { id: 'token:1', name: 'laptop', role: 'read-write' }
const inputSchema = {
  type: 'object' as const,
  properties: { created_by: { type: 'string' }, dry_run: { type: 'boolean' } },
}

/** The arguments that the server gets, and those that a person sees. */
async function called(tool: string, args: Record<string, unknown>, by?: Principal) {
  const sent: unknown[] = []
  const run = (given: unknown) => {
    sent.push(given)
    return 'done'
  }
  const server = closing(
    await startServer({
      kind: 'modern',
      tools: [
        { name: 'silence', description: 'Silences', inputSchema, run },
        { name: 'plain', description: 'Changes', run },
      ],
    }),
  )
  const pool = closing(openPool(finder(new Map([['acme/tools', server]]))))
  const customer = customerOf('acme', ['tools'], { access: 'read-write' })
  const servers = customer.servers.map(one => ({
    ...one,
    readOnly: { ...one.readOnly, hints: true },
    effects: [{ tool: 'silence', with: { dry_run: [true] }, without: [], effect: 'read' as const }],
    authors: { silence: 'created_by', plain: 'created_by' },
  }))
  const policy = rulesOf({ tools: ['plain', 'silence'], action: 'ask' })
  const toolset = await buildToolset({ ...customer, servers }, { pool, generation: 1, policy })
  const seen: unknown[] = []
  const approve = async (call: { args: unknown }) => {
    seen.push(call.args)
    return { allowed: true as const }
  }
  const outcome = await toolset.call(`tools__${tool}`, args, { approve, by })
  expect(outcome.kind).toBe('answered')
  return { sent, seen }
}

it('a change says whose it is, and the person sees that before it is sent', async () => {
  const author = { created_by: `${userInfo().username} via supportmax` }
  const { sent, seen } = await called('silence', {})
  expect(seen).toEqual([author])
  expect(sent).toEqual([author])
})

it('a change of another client is of the person of its token, whatever the model says', async () => {
  const { seen } = await called('silence', { created_by: 'the boss' }, laptop)
  expect(seen).toEqual([{ created_by: 'laptop via supportmax' }])
})

it('what only reads, and a tool without such an argument, stay as they are', async () => {
  expect((await called('silence', { dry_run: true })).seen).toEqual([{ dry_run: true }])
  expect((await called('plain', {})).seen).toEqual([{}])
})
