import { describe, expect, it } from 'vitest'
import type { Principal } from '../../src/access/principal.ts'
import type { Unavailable } from '../../src/mcp/endpoint.ts'
import { openPool } from '../../src/mcp/pool.ts'
import { toolListing } from '../../src/mcp/wire/listing/tools.ts'
import { assembled, buildToolset } from '../../src/toolset/build/build.ts'
import type { ServerTools } from '../../src/toolset/build/list.ts'
import type { AuditedCall, AuditedEnd, AuditTrail } from '../../src/toolset/calls/trail.ts'
import type { Approve } from '../../src/toolset/toolset.ts'
import { closing } from '../helpers/closing.ts'
import { customerOf, finder, serverOf } from '../helpers/customer-of.ts'
import { echo, startServer } from '../helpers/mcp-servers.ts'
import { rulesOf } from '../helpers/rules.ts'

const yes: Approve = async () => ({ allowed: true })
const laptop: Principal = { id: 'token:1', name: 'laptop', role: 'read-write' }
const write = { name: 'write', description: 'Changes it', run: () => 'written' }

function recording(fault?: string, sent: readonly unknown[] = []) {
  const records: { call: AuditedCall; end?: AuditedEnd; start?: number | undefined; sent: number }[] = []
  const audit: AuditTrail = {
    started(call) {
      records.push({ call, sent: sent.length })
      return fault === undefined ? { number: 7 } : { reason: fault }
    },
    ended: (call, end, start) => void records.push({ call, end, start, sent: sent.length }),
  }
  return { records, audit }
}

/** A toolset, and what it recorded: a call for a start, a call and an end for an end. */
async function recordedToolset(fault?: string, servers = ['tools']) {
  const server = closing(await startServer({ kind: 'modern', tools: [echo, write] }))
  const pool = closing(openPool(finder(new Map([['acme/tools', server]]))))
  const { records, audit } = recording(fault, server.calls)
  const customer = customerOf('acme', servers, { access: 'read-write' })
  const policy = rulesOf({ tools: ['echo', 'write'], action: 'allow' })
  return { records, server, toolset: await buildToolset(customer, { pool, generation: 1, audit, policy }) }
}

describe('what is recorded', () => {
  it('is each read at its end, with who called, the rule, and the sizes', async () => {
    const { toolset, records } = await recordedToolset()
    const outcome = await toolset.call('tools__echo', { text: 'hello' }, { approve: yes, by: laptop })
    expect(records).toMatchObject([
      {
        call: { by: laptop, customer: 'acme', server: 'tools', tool: 'echo', args: { text: 'hello' } },
        end: { outcome: 'answered', bytes: outcome.text.length },
        start: undefined,
      },
    ])
    expect(records[0]?.call.decision).toMatchObject({ kind: 'allow', rule: { number: 1 } })
  })

  it('is each write before it is sent, and again at its end', async () => {
    const { toolset, records } = await recordedToolset()
    await toolset.call('tools__write', {}, { approve: yes })
    expect(records).toMatchObject([
      { call: { tool: 'write' }, sent: 0 },
      { call: { tool: 'write' }, end: { outcome: 'answered' }, start: 7, sent: 1 },
    ])
  })

  it('is the same of a call whose whole result is passed on', async () => {
    const { toolset, records } = await recordedToolset()
    await toolset.pass({ name: 'tools__write', arguments: {} }, { approve: yes, by: laptop })
    expect(records).toMatchObject([
      { call: { tool: 'write', by: laptop } },
      { call: { tool: 'write' }, end: { outcome: 'answered', bytes: 7 }, start: 7 },
    ])
  })

  it('is each refusal', async () => {
    const { toolset, records } = await recordedToolset()
    await toolset.call('tools__wipe', {}, { approve: yes })
    await toolset.call('tools__echo', 'no object', { approve: yes })
    expect(records).toMatchObject([
      { call: { server: '', tool: 'tools__wipe', decision: undefined }, end: { outcome: 'unknown_tool' } },
      { call: { server: 'tools', tool: 'echo' }, end: { outcome: 'tool_error' } },
    ])
  })
})

it('a resource that is read for another client is recorded as read_resource', async () => {
  const { toolset, records } = await recordedToolset()
  const reaching = {
    by: laptop,
    server: 'tools',
    what: 'read_resource',
    args: { uri: 'x:' },
    approve: yes,
  } as const
  const work = async () => ({ kind: 'answered' as const, bytes: 3, value: '' })
  expect(await toolset.reach(reaching, work)).toMatchObject({ kind: 'denied' })
  expect(records).toMatchObject([
    {
      call: { by: laptop, server: 'tools', tool: 'read_resource', args: { uri: 'x:' } },
      end: { outcome: 'denied' },
    },
  ])
})

it('a write that cannot be recorded is not sent', async () => {
  const { toolset, server } = await recordedToolset('no space left on the device')
  expect(await toolset.call('tools__write', {}, { approve: yes })).toMatchObject({
    kind: 'denied',
    text: 'tools__write was not run: the audit record cannot be written (no space left on the device)',
  })
  expect(server.calls).toEqual([])
  expect(await toolset.call('tools__echo', {}, { approve: yes })).toMatchObject({ kind: 'answered' })
})

it('a call of a server that has never answered is recorded as failed, with its name', async () => {
  const { toolset, records } = await recordedToolset(undefined, ['tools', 'away'])
  const outcome = await toolset.call('away__look', {}, { approve: yes })
  expect(outcome).toMatchObject({
    kind: 'failed',
    text: expect.stringMatching(/^away__look is unavailable \(/),
  })
  expect(records).toMatchObject([{ call: { server: 'away', tool: 'look' }, end: { outcome: 'failed' } }])
})

describe('a call of a tool that is not offered is recorded with its server and tool', () => {
  const readOnly = serverOf('acme', 'tools')
  const choosy = serverOf('acme', 'tools', {
    access: 'read-write',
    toolChoice: { include: ['echo'], exclude: [] },
  })
  const whole = { ...toolListing([{ name: 'write', inputSchema: { type: 'object' } }]), hasResources: false }
  const broken = { ...toolListing([{ name: 'write' }]), hasResources: false }

  it.each<[string, ServerTools, string]>([
    ['it is withheld', { server: readOnly, listing: whole }, 'withheld: it may change'],
    ['it is left out', { server: choosy, listing: whole }, 'left out: '],
    ['it is malformed', { server: readOnly, listing: broken }, 'withheld: malformed: '],
    ['its server has gone', { server: readOnly, gone: whole }, 'withheld: it may change'],
  ])('if %s', async (_, tools, why) => {
    const { records, audit } = recording()
    const options = { pool: closing(openPool(finder(new Map()))), generation: 1, audit }
    const toolset = assembled(customerOf('acme', [tools.server]), [tools], options, () => undefined)
    const outcome = await toolset.call('tools__write', {}, { approve: yes })
    expect(outcome).toMatchObject({ kind: 'denied', text: expect.stringMatching(`^tools__write is ${why}`) })
    expect(records).toMatchObject([
      { call: { server: 'tools', tool: 'write', decision: undefined }, end: { outcome: 'denied' } },
    ])
  })
})

it('a client is not told why a server is unavailable, which can name addresses', async () => {
  const { toolset } = await recordedToolset()
  const away: Unavailable = {
    state: 'missing_credentials',
    reason: 'Vault at vault.example: HTTP 503',
    hint: 'try again',
  }
  const pool = closing(openPool(finder(new Map([['acme/tools', away]]))))
  const answer = await toolset.pass({ name: 'tools__echo', arguments: {} }, { approve: yes, pool })
  const text = 'tools__echo is unavailable (missing credentials); to fix it, try again'
  expect(answer).toEqual({ result: { content: [{ type: 'text', text }], isError: true } })
})
