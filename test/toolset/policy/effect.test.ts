import { describe, expect, it } from 'vitest'
import { builtInTypes } from '../../../src/catalog/built-in.ts'
import { openPool } from '../../../src/mcp/pool.ts'
import { buildToolset } from '../../../src/toolset/build/build.ts'
import { type EffectSubject, effectOf, effectsOf, readsWhen } from '../../../src/toolset/policy/effect.ts'
import type { Approve } from '../../../src/toolset/toolset.ts'
import grafana from '../../fixtures/mcp-grafana-writes.json' with { type: 'json' }
import { closing } from '../../helpers/closing.ts'
import { customerOf, finder, serverOf } from '../../helpers/customer-of.ts'
import { startServer } from '../../helpers/mcp-servers.ts'
import { startOwnServer } from '../../helpers/own-server.ts'
import { rulesOf } from '../../helpers/rules.ts'

const typeOf = (name: string) => {
  const type = builtInTypes().find(one => one.type === name)
  if (!type) throw new Error(`no type ${name}`)
  return type
}

/** A tool of the released mcp-grafana, as a read-write customer gets it. */
function grafanaTool(version: keyof typeof grafana, name: string, trusted = true): EffectSubject {
  const tool = grafana[version].find(one => one.name === name)
  if (!tool) throw new Error(`mcp-grafana ${version} has no ${name}`)
  return {
    readOnly: false,
    inputSchema: { type: 'object', properties: tool.properties },
    effects: effectsOf(tool, trusted ? typeOf('grafana').effects : [], trusted),
  }
}

describe('calls of mcp-grafana', () => {
  it.each([
    ['2.1.1', 'alerting_silences_write', { operation: 'list' }, 'read'],
    ['2.1.1', 'alerting_silences_write', { operation: 'get', silence_id: 'x' }, 'read'],
    ['2.1.1', 'alerting_silences_write', { operation: 'create', matchers: [] }, 'write'],
    ['2.1.1', 'alerting_silences_write', { operation: 'update', silence_id: 'x' }, 'destructive'],
    ['2.1.1', 'alerting_silences_write', { operation: 'delete', silence_id: 'x' }, 'destructive'],
    ['2.1.1', 'alerting_rules_write', { operation: 'versions', rule_uid: 'x' }, 'read'],
    ['2.1.1', 'alerting_rules_write', { operation: 'create' }, 'write'],
    ['2.1.1', 'alerting_rules_write', { operation: 'delete', rule_uid: 'x' }, 'destructive'],
    ['1.1.0', 'alerting_manage_rules', { operation: 'list' }, 'read'],
    ['1.1.0', 'alerting_manage_rules', { operation: 'update' }, 'destructive'],
    ['2.1.1', 'generate_deeplink', { resourceType: 'dashboard', dashboardUid: 'x' }, 'read'],
    ['2.1.1', 'generate_deeplink', { resourceType: 'dashboard', shorten: false }, 'read'],
    ['1.1.0', 'generate_deeplink', { resourceType: 'dashboard', shorten: true }, 'write'],
    ['2.1.1', 'create_annotation', { text: 'x' }, 'write'],
    ['2.1.1', 'delete_annotation', { id: 1 }, 'destructive'],
    ['2.1.1', 'grafana_api_request', { endpoint: '/api/org', method: 'GET' }, 'destructive'],
  ] as const)('%s %s %j: %s', (version, name, args, kind) => {
    expect(effectOf(grafanaTool(version, name), args).kind).toBe(kind)
  })

  it.each([
    ['the value in other letters', { operation: 'List' }],
    ['a list of values', { operation: ['list'] }],
    ['an object', { operation: { toString: 'list' } }],
    ['no value', {}],
    [
      'a second key in other letters, which Go would read instead',
      { operation: 'list', Operation: 'delete' },
    ],
    ['a key with a long s, which Go reads as s', { operation: 'list', ſilence_id: 'x' }],
    ['an unknown key', { operation: 'list', force: true }],
    ['no object', 'list'],
  ])('are not taken for reads with %s', (_, args) => {
    expect(effectOf(grafanaTool('2.1.1', 'alerting_silences_write'), args).kind).toBe('destructive')
  })

  it('may destroy, whatever its hints and arguments say, if its hints are not trusted', () => {
    const tool = grafanaTool('2.1.1', 'create_folder', false)
    expect(effectOf(tool, {})).toEqual({
      kind: 'destructive',
      because: 'nothing that is trusted says what it changes',
    })
    const listing = effectOf(grafanaTool('2.1.1', 'alerting_rules_write', false), { operation: 'list' })
    expect(listing.kind).toBe('destructive')
  })

  it('say why', () => {
    const silences = grafanaTool('2.1.1', 'alerting_silences_write')
    expect(effectOf(silences, { operation: 'list' }).because).toBe('operation is "list"')
    expect(effectOf(silences, { operation: 'delete' }).because).toBe('its server says so')
    expect(readsWhen(silences)).toEqual(['operation is "list" or "get"'])
  })
})

it('calls of our own Alertmanager and Genesys servers are told apart by their own schemas', async () => {
  const am = closing(await ownServer('alertmanager', { ALERTMANAGER_URL: 'http://127.0.0.1:9' }))
  const genesys = closing(
    await ownServer('genesys', {
      GENESYS_REGION: 'eu-central-1',
      GENESYS_CLIENT_ID: 'i',
      GENESYS_CLIENT_SECRET: 's',
    }),
  )
  const servers = (['alertmanager', 'genesys'] as const).map(name => {
    const { effects, dryRuns } = typeOf(name)
    return serverOf('acme', name, { access: 'read-write', effects, dryRuns })
  })
  const customer = customerOf('acme', servers, { access: 'read-write' })
  const table = new Map([
    ['acme/alertmanager', am],
    ['acme/genesys', genesys],
  ])
  const { tools, missing } = await buildToolset(customer, {
    pool: closing(openPool(finder(table))),
    generation: 1,
  })
  expect(missing).toEqual([])
  const kindOf = (name: string, args: object) => {
    const tool = tools.find(one => one.name === name)
    return tool && effectOf(tool, args).kind
  }
  const create = 'alertmanager__create_silence'
  expect(kindOf(create, { matchers: ['a="b"'], dry_run: true })).toBe('read')
  expect(kindOf(create, { id: 'x', dry_run: true })).toBe('read')
  expect(kindOf(create, { matchers: ['a="b"'], dry_run: 'true' })).toBe('write')
  expect(kindOf(create, { matchers: ['a="b"'], duration: '2h' })).toBe('write')
  expect(kindOf(create, { id: 'x', duration: '2h' })).toBe('destructive')
  expect(kindOf('alertmanager__expire_silence', { id: 'x' })).toBe('destructive')
  const writing = tools.filter(one => !one.readOnly).map(one => one.name)
  expect(writing).toEqual(['alertmanager__create_silence', 'alertmanager__expire_silence'])
})

async function ownServer(name: string, env: Record<string, string>) {
  const { url, token, stop } = await startOwnServer(name, { MCP_ACCESS: 'read-write', ...env })
  return { url: `${url}/mcp`, token, close: stop }
}

describe('a tool that reads with some arguments', () => {
  const manage = {
    name: 'manage',
    inputSchema: { type: 'object', properties: { operation: { type: 'string' } } },
    run: () => 'done',
  }
  const rule = { tool: 'manage', with: { operation: ['list'] }, without: [], effect: 'read' as const }

  async function toolsetWith(access: 'read-only' | 'read-write', policy?: ReturnType<typeof rulesOf>) {
    const server = closing(await startServer({ kind: 'modern', tools: [manage] }))
    const customer = customerOf('acme', [serverOf('acme', 'tools', { access, effects: [rule] })], { access })
    const pool = closing(openPool(finder(new Map([['acme/tools', server]]))))
    return { server, toolset: await buildToolset(customer, { pool, generation: 1, policy }) }
  }
  const asked: unknown[] = []
  const no: Approve = async call => {
    asked.push(call)
    return { allowed: false, reason: 'no' }
  }

  it('needs no approval for these, and asks for all others with the kind and the reason', async () => {
    const { toolset, server } = await toolsetWith('read-write')
    expect(await toolset.call('tools__manage', { operation: 'list' }, { approve: no })).toMatchObject({
      kind: 'answered',
    })
    expect(await toolset.call('tools__manage', { operation: 'delete' }, { approve: no })).toMatchObject({
      kind: 'denied',
    })
    expect(server.calls).toEqual(['manage'])
    expect(asked).toEqual([
      {
        customer: 'acme',
        server: 'tools',
        tool: 'manage',
        args: { operation: 'delete' },
        effect: { kind: 'destructive', because: 'its server does not say that it deletes nothing' },
      },
    ])
  })

  it('stays behind the wall of a read-only customer and a read-only role, whatever the arguments', async () => {
    const args = { operation: 'list' }
    const { toolset, server } = await toolsetWith('read-only')
    expect((await toolset.call('tools__manage', args, { approve: no })).kind).toBe('denied')
    const open = await toolsetWith('read-write', rulesOf({ action: 'allow' }))
    const by = { id: 'token:1', name: 'laptop', role: 'read-only' as const }
    expect((await open.toolset.call('tools__manage', args, { approve: no, by })).kind).toBe('denied')
    expect([...server.calls, ...open.server.calls]).toEqual([])
  })

  it('is offered where rules allow only reads, and only its reads are allowed', async () => {
    const { toolset } = await toolsetWith('read-write', rulesOf({ access: 'read', action: 'allow' }))
    expect(toolset.tools.map(one => one.name)).toEqual(['tools__manage'])
    const call = (operation: string) => toolset.call('tools__manage', { operation }, { approve: no })
    expect((await call('list')).kind).toBe('answered')
    expect(await call('delete')).toMatchObject({
      kind: 'denied',
      text: 'tools__manage was not run: no rule of "policy" matches',
    })
  })
})
