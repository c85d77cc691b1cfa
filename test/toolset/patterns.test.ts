import { describe, expect, it } from 'vitest'
import type { Server } from '../../src/config/project.ts'
import { openPool } from '../../src/mcp/pool.ts'
import { buildToolset } from '../../src/toolset/build/build.ts'
import type { Approve } from '../../src/toolset/toolset.ts'
import { closing } from '../helpers/closing.ts'
import { customerOf, finder, serverOf } from '../helpers/customer-of.ts'
import { startServer, type ToolSketch } from '../helpers/mcp-servers.ts'

const tool = (name: string): ToolSketch => ({ name, description: `Does ${name}`, run: () => `did ${name}` })
const never: Approve = async () => ({ allowed: false, reason: 'never' })
const GET = { hints: false, tools: [], patterns: ['get_*'] }

/** The toolset of one customer whose only server has these tools and settings. */
async function toolsetOf(names: string[], server: Partial<Server>, accepted: string[] = []) {
  const started = closing(await startServer({ kind: 'legacy', tools: names.map(tool) }))
  const customer = customerOf('acme', [serverOf('acme', 'wiki', server)], {
    access: server.access ?? 'read-only',
  })
  const pool = closing(openPool(finder(new Map([['acme/wiki', started]]))))
  const acceptedOf = () => new Set(accepted)
  return { started, toolset: await buildToolset(customer, { pool, acceptedOf, generation: 1 }) }
}

describe('a tool that matches a pattern of read_only_tools', () => {
  it('is withheld from a read-only customer until it is accepted', async () => {
    const { toolset } = await toolsetOf(['get_page', 'get_user', 'put_page'], { readOnly: GET }, ['get_page'])
    expect(toolset.tools.map(one => one.tool)).toEqual(['get_page'])
    expect(toolset.withheld.map(one => one.tool)).toEqual(['get_user', 'put_page'])
    expect(toolset.withheld[0]?.reason).toBe(
      'it matches "get_*" in read_only_tools but is not accepted yet, and the customer is read-only; accept it with `supportmax tools accept acme`',
    )
    expect(toolset.patterns).toEqual([
      {
        server: 'wiki',
        pattern: 'get_*',
        tools: ['get_page'],
        waiting: [{ tool: 'get_user', description: 'Does get_user', readOnlyHint: false }],
      },
    ])
  })

  it('needs approval from a read-write customer until it is accepted', async () => {
    const settings = { readOnly: GET, access: 'read-write' as const }
    const { toolset } = await toolsetOf(['get_page', 'get_user'], settings, ['get_page'])
    expect((await toolset.call('wiki__get_page', {}, { approve: never })).text).toBe('did get_page')
    expect((await toolset.call('wiki__get_user', {}, { approve: never })).kind).toBe('denied')
  })

  it('is a write again once no pattern matches it, although it was accepted', async () => {
    const { toolset } = await toolsetOf(['put_page'], { readOnly: GET }, ['put_page'])
    expect(toolset.tools).toEqual([])
    expect(toolset.patterns).toEqual([{ server: 'wiki', pattern: 'get_*', tools: [], waiting: [] }])
  })

  it('does not wait if a name or its trusted hint makes it read-only anyway', async () => {
    const named = { ...GET, tools: ['get_page'] }
    const { toolset } = await toolsetOf(['get_page'], { readOnly: named })
    expect(toolset.tools.map(one => one.readOnly)).toEqual([true])
    expect(toolset.patterns[0]?.waiting).toEqual([])
  })
})

describe('a tool that "tools" leave out', () => {
  it('is neither offered nor callable, whatever else is said of it', async () => {
    const settings = {
      readOnly: { ...GET, tools: ['get_page'] },
      toolChoice: { include: undefined, exclude: ['*_page'] },
    }
    const { toolset, started } = await toolsetOf(['get_page', 'get_user'], settings, ['get_page'])
    expect(toolset.leftOut).toEqual([
      { server: 'wiki', tool: 'get_page', reason: '"tools" of its server exclude "*_page"' },
    ])
    expect([...toolset.tools, ...toolset.withheld].map(one => one.tool)).toEqual(['get_user'])
    expect(toolset.patterns[0]?.waiting.map(one => one.tool)).toEqual(['get_user'])
    const forged = await toolset.call('wiki__get_page', {}, { approve: async () => ({ allowed: true }) })
    expect(forged).toMatchObject({
      kind: 'denied',
      text: 'wiki__get_page is left out: "tools" of its server exclude "*_page"',
    })
    expect(started.calls).toEqual([])
  })
})
