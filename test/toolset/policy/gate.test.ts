import { describe, expect, it } from 'vitest'
import type { Principal } from '../../../src/access/principal.ts'
import type { PolicyRule } from '../../../src/config/project.ts'
import { openPool } from '../../../src/mcp/pool.ts'
import { buildToolset } from '../../../src/toolset/build/build.ts'
import type { Approve } from '../../../src/toolset/toolset.ts'
import { closing } from '../../helpers/closing.ts'
import { customerOf, finder } from '../../helpers/customer-of.ts'
import { echo, startServer } from '../../helpers/mcp-servers.ts'
import { rulesOf } from '../../helpers/rules.ts'

const never: Approve = async () => ({ allowed: false, reason: 'the person said no' })
const write = { name: 'write', description: 'Changes it', run: () => 'written' }
const other = { ...echo, name: 'other' }
const reader: Principal = { id: 'token:1', name: 'laptop', role: 'read-only' }
const writer: Principal = { ...reader, role: 'read-write' }

/** A read-write customer with one server, under these rules. */
async function toolsetUnder(policy: PolicyRule[] | undefined, now?: () => number) {
  const server = closing(
    await startServer({
      kind: 'modern',
      tools: [echo, other, write],
      more: {
        capabilities: { resources: {} },
        answer: method =>
          method === 'resources/list' ? { resources: [{ uri: 'note://a', name: 'a' }] } : undefined,
      },
    }),
  )
  const customer = customerOf('acme', ['tools', 'more'], { access: 'read-write' })
  const table = new Map(['acme/tools', 'acme/more'].map(key => [key, server]))
  const pool = closing(openPool(finder(table)))
  const toolset = await buildToolset(customer, { pool, generation: 1, policy, now })
  return { toolset, server }
}

const namesOf = (tools: readonly { name: string }[]) => tools.map(tool => tool.name)

describe('a toolset under a policy', () => {
  it('does not offer what is always denied, and says which rule denies it', async () => {
    const { toolset, server } = await toolsetUnder(
      rulesOf(
        { servers: ['more'], action: 'deny', message: 'not this server' },
        { tools: ['echo', 'write'], action: 'allow' },
      ),
    )
    expect(namesOf(toolset.tools)).toEqual(['tools__echo', 'tools__write'])
    expect(toolset.withheld).toContainEqual({
      server: 'more',
      tool: 'echo',
      reason: 'not this server (rule 1 of "policy")',
      byPolicy: true,
    })
    expect(toolset.withheld).toContainEqual({
      server: 'tools',
      tool: 'other',
      reason: 'no rule of "policy" matches',
      byPolicy: true,
    })
    expect(await toolset.call('more__echo', {}, { approve: never })).toMatchObject({
      kind: 'denied',
      text: 'more__echo was not run: not this server (rule 1 of "policy")',
    })
    const misspelt = await toolset.call('tools__othr', {}, { approve: never })
    expect(misspelt.text).not.toContain('tools__other')
    expect(server.calls).toEqual([])
  })

  it('offers nothing if the policy is empty, and says so', async () => {
    const { toolset } = await toolsetUnder([])
    expect(toolset.tools).toEqual([])
    expect(new Set(toolset.withheld.map(one => one.reason))).toEqual(
      new Set(['"policy" is empty, so no call is allowed']),
    )
  })

  it('runs a write that a rule allows without asking, and asks for a read where a rule says so', async () => {
    const { toolset } = await toolsetUnder(
      rulesOf({ tools: ['write'], action: 'allow' }, { tools: ['echo'], action: 'ask' }),
    )
    expect(await toolset.call('tools__write', {}, { approve: never })).toMatchObject({ kind: 'answered' })
    const asked: unknown[] = []
    const approve: Approve = async call => {
      asked.push(call)
      return { allowed: true }
    }
    expect(await toolset.call('tools__echo', { text: 'x' }, { approve })).toMatchObject({ kind: 'answered' })
    expect(asked).toMatchObject([
      { customer: 'acme', server: 'tools', tool: 'echo', args: { text: 'x' }, effect: { kind: 'read' } },
    ])
  })

  it('offers a read-only role no writes, whatever the rules say', async () => {
    const { toolset } = await toolsetUnder(rulesOf({ action: 'allow' }))
    expect(namesOf(toolset.offeredTo(reader))).toEqual([
      'tools__echo',
      'tools__other',
      'more__echo',
      'more__other',
      'read_resource',
    ])
    expect(namesOf(toolset.offeredTo(writer))).toEqual(namesOf(toolset.tools))
    expect(await toolset.call('tools__write', {}, { approve: never, by: reader })).toMatchObject({
      kind: 'denied',
      text: 'tools__write was not run: it may change something, and the role is read-only',
    })
  })

  it('lists what a rule allows at certain times, and decides at the call', async () => {
    let now = Date.parse('2026-11-26T12:00:00Z')
    const time = { days: undefined, from: 8 * 60, to: 18 * 60, zone: 'UTC' }
    const { toolset } = await toolsetUnder(
      rulesOf(
        { access: 'write', time, action: 'ask' },
        { action: 'deny', message: 'only from 08:00 to 18:00' },
      ),
      () => now,
    )
    expect(namesOf(toolset.tools)).toEqual(['tools__write', 'more__write'])
    const late: Approve = async () => {
      now += 6 * 3_600_000
      return { allowed: true }
    }
    expect(await toolset.call('tools__write', {}, { approve: late })).toMatchObject({
      kind: 'denied',
      text: 'tools__write was not run: only from 08:00 to 18:00 (rule 2 of "policy")',
    })
    expect(await toolset.call('tools__write', {}, { approve: never })).toMatchObject({ kind: 'denied' })
    now = Date.parse('2026-11-27T12:00:00Z')
    const yes: Approve = async () => ({ allowed: true })
    expect(await toolset.call('tools__write', {}, { approve: yes })).toMatchObject({ kind: 'answered' })
  })

  it('reads resources only of servers that a rule allows, and shows only these', async () => {
    const { toolset } = await toolsetUnder(
      rulesOf(
        { roles: ['read-only'], servers: ['tools'], action: 'allow' },
        { roles: ['read-write'], action: 'allow' },
      ),
    )
    const shown = toolset.offeredTo(reader).find(tool => tool.name === 'read_resource')
    expect(shown?.description).toContain('(tools)')
    const read = (server: string) => toolset.call('read_resource', { server }, { approve: never, by: reader })
    expect(await read('tools')).toMatchObject({ kind: 'answered' })
    expect(await read('more')).toMatchObject({
      kind: 'denied',
      text: 'read_resource was not run: no rule of "policy" matches',
    })
  })
})

describe('resources and prompts that other clients ask for', () => {
  const work = async () => ({ kind: 'answered' as const, bytes: 3, value: 'its text' })
  const read = (uri: string, approve = never) =>
    ({ by: writer, server: 'tools', what: 'read_resource', args: { uri }, approve }) as const

  it('are read as rules say of read_resource, also by the URI, and after approval', async () => {
    const { toolset } = await toolsetUnder(
      rulesOf(
        { tools: ['read_resource'], arguments: [{ path: 'uri', values: ['note://*'] }], action: 'allow' },
        { tools: ['read_resource'], arguments: [{ path: 'uri', values: ['log://*'] }], action: 'ask' },
      ),
    )
    expect(await toolset.reach(read('note://a'), work)).toMatchObject({ value: 'its text' })
    expect(await toolset.reach(read('file://a'), work)).toMatchObject({
      kind: 'denied',
      text: 'read_resource was not run: no rule of "policy" matches',
    })
    expect(await toolset.reach(read('log://a'), work)).toMatchObject({
      text: 'read_resource was not run: the person said no',
    })
    const yes: Approve = async () => ({ allowed: true })
    expect(await toolset.reach(read('log://a', yes), work)).toMatchObject({ value: 'its text' })
  })

  it('are shown unless they are always denied', async () => {
    const { toolset } = await toolsetUnder(
      rulesOf({ arguments: [{ path: 'uri', values: ['note://*'] }], servers: ['tools'], action: 'allow' }),
    )
    expect(toolset.mayReach(writer, 'tools', 'read_resource')).toBe(true)
    expect(toolset.mayReach(writer, 'more', 'read_resource')).toBe(false)
    expect((await toolsetUnder(undefined)).toolset.mayReach(reader, 'more', 'get_prompt')).toBe(true)
  })
})
