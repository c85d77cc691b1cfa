import { describe, expect, it } from 'vitest'
import { hideSecret } from '../../src/base/redact.ts'
import { openPool } from '../../src/mcp/pool.ts'
import { buildToolset } from '../../src/toolset/build/build.ts'
import type { SeenLinks } from '../../src/toolset/resources/reader.ts'
import { fitsTemplate } from '../../src/toolset/resources/uri-template.ts'
import type { Approve, Toolset } from '../../src/toolset/toolset.ts'
import { closing } from '../helpers/closing.ts'
import { customerOf, finder } from '../helpers/customer-of.ts'
import { echo, type ServerOptions, startServer, type TestServer } from '../helpers/mcp-servers.ts'

const never: Approve = async () => ({ allowed: false, reason: 'never' })
const ask = async (toolset: Toolset, args: object) => toolset.call('read_resource', args, { approve: never })

const link = {
  ...echo,
  name: 'find',
  run: () => ({ content: [{ type: 'resource_link', uri: 'note://linked', name: 'linked' }] }),
}

/** Counts what is read. `files` may grow while it runs. */
function withResources(kind: ServerOptions['kind'], files: Record<string, object>, read: string[] = []) {
  return startServer({
    kind,
    tools: [echo, link],
    more: {
      capabilities: { resources: {} },
      answer(method, { uri }) {
        if (method === 'resources/list')
          return {
            resources: Object.keys(files).map(uri => ({ uri, name: uri.slice(7), mimeType: 'text/plain' })),
          }
        if (method === 'resources/templates/list')
          return {
            resourceTemplates: [{ uriTemplate: 'log://{host}/{day}', name: 'log', description: 'One day' }],
          }
        if (method !== 'resources/read') return undefined
        read.push(String(uri))
        return { contents: [{ uri, text: `content of ${uri}`, ...files[String(uri)] }] }
      },
    },
  })
}

async function toolsetOf(
  servers: Record<string, TestServer>,
  options: { seen?: SeenLinks; mostBytes?: number } = {},
) {
  const customer = customerOf('acme', Object.keys(servers))
  const table = new Map(Object.entries(servers).map(([name, server]) => [`acme/${name}`, server]))
  const pool = closing(openPool(finder(table)))
  return buildToolset(customer, { pool, generation: 1, ...options })
}

describe.each(['legacy', 'modern', 'sse'] as const)('read_resource, with a server of the %s era', kind => {
  it('lists resources and templates, and reads what is listed or made from a template', async () => {
    const notes = closing(await withResources(kind, { 'note://a': {} }))
    const toolset = await toolsetOf({ notes })
    expect(toolset.tools.at(-1)).toMatchObject({ name: 'read_resource', readOnly: true })
    expect(JSON.parse((await ask(toolset, {})).text)).toEqual({
      resources: [{ uri: 'note://a', name: 'a', mimeType: 'text/plain' }],
      templates: [{ uriTemplate: 'log://{host}/{day}', name: 'log', description: 'One day' }],
    })
    expect(JSON.parse((await ask(toolset, { query: 'One DAY' })).text)).toMatchObject({
      resources: [],
      templates: [{ name: 'log' }],
    })
    expect(await ask(toolset, { server: 'notes', uri: 'note://a' })).toMatchObject({
      kind: 'answered',
      text: 'content of note://a',
    })
    expect((await ask(toolset, { uri: 'log://db1/2026-11-26' })).text).toBe('content of log://db1/2026-11-26')
  })

  it('refuses a URI of the model’s own, without asking the server to read it', async () => {
    const read: string[] = []
    const notes = closing(await withResources(kind, { 'note://a': {} }, read))
    const refused = await ask(await toolsetOf({ notes }), { uri: 'file:///etc/passwd' })
    expect(refused.kind).toBe('tool_error')
    expect(refused.text).toContain('not read: notes neither lists nor links to "file:///etc/passwd"')
    expect(read).toEqual([])
  })
})

describe('read_resource', () => {
  it('is offered only if a server has resources, and no tool of a server can have its name', async () => {
    const tools = [{ ...echo, name: 'read_resource' }]
    const plain = closing(await startServer({ kind: 'legacy', tools }))
    const toolset = await toolsetOf({ plain })
    expect(toolset.tools.map(one => one.name)).toEqual(['plain__read_resource'])
    expect((await ask(toolset, {})).kind).toBe('unknown_tool')
  })

  it('reads what is new since it listed, and what a result links to, also in later generations', async () => {
    const files: Record<string, object> = {}
    const notes = closing(await withResources('legacy', files))
    const seen: SeenLinks = new Map()
    const toolset = await toolsetOf({ notes }, { seen })
    expect((await ask(toolset, { uri: 'note://new' })).kind).toBe('tool_error')
    files['note://new'] = {}
    expect((await ask(toolset, { uri: 'note://new' })).kind).toBe('answered')
    expect((await ask(toolset, { uri: 'note://linked' })).kind).toBe('tool_error')
    await toolset.call('notes__find', {}, { approve: never })
    toolset.retire()
    expect((await ask(await toolsetOf({ notes }, { seen }), { uri: 'note://linked' })).kind).toBe('answered')
  })

  it('asks the server that is named, which must be one of this customer with resources', async () => {
    const files = { 'note://a': {} }
    const [one, two] = [
      closing(await withResources('legacy', files)),
      closing(await withResources('modern', files)),
    ]
    const plain = closing(await startServer({ kind: 'legacy', tools: [echo] }))
    const toolset = await toolsetOf({ one, two, plain })
    expect(toolset.tools.at(-1)?.inputSchema).toMatchObject({
      properties: { server: { enum: ['one', 'two'] } },
      required: ['server'],
    })
    expect((await ask(toolset, { uri: 'note://a' })).text).toBe('"server" must be one of: one, two')
    expect((await ask(toolset, { server: 'plain' })).text).toContain('no server "plain" with resources')
    expect((await ask(toolset, { server: 'beta/one', customer: 'beta' })).kind).toBe('tool_error')
    expect((await ask(toolset, { server: 'two', uri: 'note://a' })).kind).toBe('answered')
  })

  it('cuts and redacts what it reads, and describes what is not text', async () => {
    hideSecret('canary-of-resources')
    const notes = closing(
      await withResources('legacy', {
        'note://long': { text: `canary-of-resources ${'x'.repeat(5_000)}` },
        'note://image': { text: undefined, blob: 'AAAA', mimeType: 'image/png' },
        'note://json': {
          text: undefined,
          blob: Buffer.from('{"a":1}').toString('base64'),
          mimeType: 'application/json',
        },
      }),
    )
    const toolset = await toolsetOf({ notes }, { mostBytes: 1_000 })
    const long = await ask(toolset, { uri: 'note://long' })
    expect(long.text).toMatch(/^‹hidden› x+\n\n\[truncated: /)
    expect(long.cutBytes).toBeGreaterThan(3_900)
    expect((await ask(toolset, { uri: 'note://image' })).text).toBe(
      '[resource note://image, image/png, 3 bytes: not shown]',
    )
    expect((await ask(toolset, { uri: 'note://json' })).text).toBe('{"a":1}')
  })
})

describe('a URI', () => {
  it.each([
    ['log://db1/today', 'log://{host}/{day}', true],
    ['log://db1/to/day', 'log://{host}/{day}', false],
    ['log://db1', 'log://{host}/{day}', false],
    ['file:///a/b/c.txt', 'file:///{+path}', true],
    ['file:///a/b/c.txt', 'file:///{path}', false],
    ['file:///../etc/passwd', 'file:///{+path}', false],
    ['file:///..%2fetc', 'file:///{name}', false],
    ['file:///a..b', 'file:///{name}', true],
    ['x://list?page=2&size=3', 'x://list{?page,size}', true],
    ['x://list', 'x://list{?page,size}', true],
    ['x://a.json', 'x://{name}.json', true],
    ['x://a.jsonl', 'x://{name}.json', false],
    ['x://aaa', 'x://{a}{b}{c}', true],
    ['https://evil.example/x', 'note://{+any}', false],
    ['note://a', 'note://{broken', false],
    [`x://${'a'.repeat(3_000)}b`, `x://${'{a}a'.repeat(90)}c`, false],
  ])('%s matches %s: %s', (uri, template, fits) => {
    expect(fitsTemplate(uri, template)).toBe(fits)
  })
})
