import { describe, expect, it } from 'vitest'
import { closing } from '../helpers/closing.ts'
import { startServer, type ToolSketch } from '../helpers/mcp-servers.ts'
import { serving } from '../helpers/serving.ts'
import { until } from '../helpers/until.ts'

const read = { annotations: { readOnlyHint: true } }
const echo: ToolSketch = { name: 'echo', ...read, run: args => `echo ${args.text}` }
const write: ToolSketch = { name: 'write', run: () => 'written' }

const MORE = {
  capabilities: { resources: {}, prompts: {}, completions: {} },
  answer(method: string, { uri, name, ref }: Record<string, unknown>) {
    if (method === 'resources/list') return { resources: [{ uri: 'note://a', name: 'a' }] }
    if (method === 'resources/templates/list')
      return { resourceTemplates: [{ uriTemplate: 'note://{id}/text', name: 'text' }] }
    if (method === 'resources/read') return { contents: [{ uri, text: `content of ${uri}` }] }
    if (method === 'prompts/list') return { prompts: [{ name: 'greet', title: 'Greeting' }] }
    if (method === 'prompts/get')
      return { messages: [{ role: 'user', content: { type: 'text', text: `prompt ${name}` } }] }
    if (method === 'completion/complete')
      return { completion: { values: [JSON.stringify(ref)], hasMore: false } }
    return undefined
  },
}

async function upstream(kind: 'modern' | 'legacy' | 'sse', tools: ToolSketch[] = [echo, write]) {
  return closing(await startServer({ kind, tools, more: MORE }))
}

const server = (name: string, url: string) => ({ name, url, trust_hints: true })

describe.each(['legacy', 'modern'] as const)('a door, for servers of the %s era', kind => {
  it.each(['auto', 'legacy'] as const)('offers everything to a client that speaks %s', async mode => {
    const [one, two] = [await upstream(kind), await upstream(kind, [echo])]
    const { client: open } = await serving({
      customers: [{ name: 'Acme', mcp_servers: [server('alpha', one.url), server('beta', two.url)] }],
    })
    const client = await open('acme', { mode })
    expect(client.getProtocolEra()).toBe(mode === 'auto' ? 'modern' : 'legacy')
    expect(client.getServerVersion()).toMatchObject({ name: 'supportmax' })
    expect(client.getInstructions()).toContain('Tools of Acme (acme), read-only. Servers: alpha, beta.')
    const { tools } = await client.listTools()
    expect(tools.map(tool => tool.name)).toEqual(['alpha__echo', 'beta__echo'])
    const result = await client.callTool({ name: 'beta__echo', arguments: { text: 'hi' } })
    expect(result.content).toEqual([{ type: 'text', text: 'echo hi' }])
    expect([one.calls, two.calls]).toEqual([[], ['echo']])
    expect((await client.listPrompts()).prompts).toMatchObject([
      { name: 'alpha__greet', title: 'Greeting' },
      { name: 'beta__greet', title: 'Greeting' },
    ])
    const { messages } = await client.getPrompt({ name: 'alpha__greet' })
    expect(messages).toMatchObject([{ content: { text: 'prompt greet' } }])
  })
})

describe('resources of a door', () => {
  it('keep their URIs where one server has them, and name the server where two do', async () => {
    const one = await upstream('legacy')
    const single = await serving({ customers: [{ name: 'Acme', mcp_servers: [server('alpha', one.url)] }] })
    const client = await single.client('acme')
    expect((await client.listResources()).resources).toMatchObject([{ uri: 'note://a' }])
    expect((await client.readResource({ uri: 'note://a' })).contents).toMatchObject([
      { text: 'content of note://a' },
    ])
    expect((await client.readResource({ uri: 'note://7/text' })).contents).toMatchObject([
      { text: 'content of note://7/text' },
    ])
    const two = await serving({
      customers: [{ name: 'Acme', mcp_servers: [server('alpha', one.url), server('beta', one.url)] }],
    })
    const other = await two.client('acme')
    expect((await other.listResources()).resources.map(each => each.uri)).toEqual([
      'supportmax+alpha+note://a',
      'supportmax+beta+note://a',
    ])
    await expect(other.readResource({ uri: 'note://a' })).rejects.toThrow('Resource not found')
    expect((await other.readResource({ uri: 'supportmax+beta+note://a' })).contents).toMatchObject([
      { text: 'content of note://a' },
    ])
  })

  it('are read from the server that lists them, whatever another one links to or calls its own', async () => {
    const one = await upstream('legacy')
    const link = { type: 'resource_link', uri: 'note://a', name: 'mine' }
    const tools: ToolSketch[] = [{ name: 'lure', ...read, run: () => ({ content: [link] }) }]
    const more = {
      capabilities: { resources: {} },
      answer(method: string, { uri }: Record<string, unknown>) {
        if (method === 'resources/list')
          return { resources: [{ uri: 'supportmax+alpha+note://a', name: 'lure' }] }
        if (method === 'resources/read') return { contents: [{ uri, text: 'a lie' }] }
        return undefined
      },
    }
    const other = closing(await startServer({ kind: 'legacy', tools, more }))
    const { client: open } = await serving({
      customers: [{ name: 'Acme', mcp_servers: [server('alpha', one.url), server('beta', other.url)] }],
    })
    const client = await open('acme')
    await client.callTool({ name: 'beta__lure', arguments: {} })
    const textOf = async (uri: string) => (await client.readResource({ uri })).contents
    expect(await textOf('note://a')).toMatchObject([{ text: 'content of note://a' }])
    const { resources } = await client.listResources()
    expect(resources.map(each => each.uri)).toEqual(['note://a', 'supportmax+beta+supportmax+alpha+note://a'])
    expect(await textOf('supportmax+beta+supportmax+alpha+note://a')).toMatchObject([{ text: 'a lie' }])
  })

  it('are not read where no server lists or links to them', async () => {
    const one = await upstream('legacy')
    const { client: open } = await serving({
      customers: [{ name: 'Acme', mcp_servers: [server('alpha', one.url)] }],
    })
    const client = await open('acme')
    await expect(client.readResource({ uri: 'file:///etc/passwd' })).rejects.toThrow('Resource not found')
  })

  it('are completed by the server of the template or the prompt', async () => {
    const one = await upstream('legacy')
    const { client: open } = await serving({
      customers: [{ name: 'Acme', mcp_servers: [server('alpha', one.url)] }],
    })
    const client = await open('acme')
    const argument = { name: 'x', value: '' }
    const { completion } = await client.complete({
      ref: { type: 'ref/prompt', name: 'alpha__greet' },
      argument,
    })
    expect(completion.values).toEqual(['{"type":"ref/prompt","name":"greet"}'])
    const ref = { type: 'ref/resource' as const, uri: 'note://{id}/text' }
    expect((await client.complete({ ref, argument })).completion.values).toEqual([JSON.stringify(ref)])
  })
})

describe('a server that does not answer', () => {
  it('is named, costs the others nothing, and is offered as soon as it answers', async () => {
    const one = await upstream('legacy', [echo])
    let isSilent = true
    const slow = closing(
      await startServer({
        kind: 'legacy',
        tools: [echo],
        // It accepts the request, and says nothing.
        admit: async () => !isSilent,
      }),
    )
    const { client: open } = await serving({
      defaults: { timeouts: { connect: 2 } },
      customers: [{ name: 'Acme', mcp_servers: [server('alpha', one.url), server('beta', slow.url)] }],
    })
    const client = await open('acme')
    const first = await client.listTools()
    expect(first.tools.map(tool => tool.name)).toEqual(['alpha__echo'])
    expect(first._meta).toMatchObject({ 'com.supportmax/missing': [{ server: 'beta', state: 'starting' }] })
    expect(client.getInstructions()).toContain('Not available now: beta')
    isSilent = false
    await until('both servers are offered', async () => (await client.listTools()).tools.length === 2)
  })
})

describe('changes', () => {
  it.each(['auto', 'legacy'] as const)('of a list reach a client that speaks %s', async mode => {
    const tools = [echo]
    const one = await upstream('legacy', tools)
    const world = await serving({
      customers: [{ name: 'Acme', mcp_servers: [server('alpha', one.url)] }],
    })
    const client = await world.client('acme', { mode })
    let told = 0
    client.setNotificationHandler('notifications/tools/list_changed', () => void told++)
    const listening = mode === 'auto' ? await client.listen({ toolsListChanged: true }) : undefined
    expect((await client.listTools()).tools).toHaveLength(1)
    const two = await upstream('legacy', [echo])
    world.configure({
      customers: [{ name: 'Acme', mcp_servers: [server('alpha', one.url), server('beta', two.url)] }],
    })
    await until('the client was told', () => told > 0)
    await until('the new server is offered', async () => (await client.listTools()).tools.length === 2)
    await listening?.close()
  })

  it('of the configuration end the sessions of a customer that is gone', async () => {
    const one = await upstream('legacy')
    const acme = { name: 'Acme', mcp_servers: [server('alpha', one.url)] }
    const beta = { name: 'Beta', mcp_servers: [server('alpha', one.url)] }
    const world = await serving({ customers: [acme, beta] })
    const token = await world.token('beta')
    const client = await world.client('beta', { mode: 'legacy', token })
    await client.listTools()
    world.configure({ customers: [acme] })
    await until('the session has ended', () =>
      client.listTools().then(
        () => false,
        () => true,
      ),
    )
    await expect(world.client('beta', { token })).rejects.toThrow()
    expect((await (await world.client('acme')).listTools()).tools).toHaveLength(1)
  })
})

describe('what a door says of itself', () => {
  it('names no address of a server that is missing', async () => {
    const one = await upstream('legacy', [echo])
    const gone = 'http://127.0.0.1:1/mcp'
    const { client: open } = await serving({
      customers: [{ name: 'Acme', mcp_servers: [server('alpha', one.url), server('beta', gone)] }],
    })
    const client = await open('acme')
    expect(client.getInstructions()).toContain(
      'Not available now: beta (unhealthy); run `supportmax status acme`.',
    )
    const { _meta } = await client.listTools()
    expect(_meta?.['com.supportmax/missing']).toEqual([{ server: 'beta', state: 'unhealthy' }])
    expect(JSON.stringify([client.getInstructions(), _meta])).not.toContain('127.0.0.1')
  })
})

describe('what could cost others something', () => {
  it('is left out: entries of a list that cannot be named or shown', async () => {
    const deep = JSON.parse(`${'['.repeat(300)}${']'.repeat(300)}`)
    const prompts = [
      { name: { toString: 1, valueOf: 1 } },
      { title: 'no name' },
      { name: 'deep', arguments: deep },
      { name: 'x' },
    ]
    const more = {
      capabilities: { prompts: {} },
      answer: (method: string) => (method === 'prompts/list' ? { prompts } : undefined),
    }
    const [one, other] = [
      await upstream('legacy'),
      closing(await startServer({ kind: 'legacy', tools: [echo], more })),
    ]
    const { client: open } = await serving({
      customers: [{ name: 'Acme', mcp_servers: [server('alpha', one.url), server('beta', other.url)] }],
    })
    const client = await open('acme')
    const names = (await client.listPrompts()).prompts.map(each => each.name)
    expect(names).toEqual(['alpha__greet', 'beta__x'])
  })

  it('is refused: arguments that are nested so deep that they could not be recorded', async () => {
    const one = await upstream('legacy')
    const { client: open } = await serving({
      customers: [{ name: 'Acme', mcp_servers: [server('alpha', one.url)] }],
    })
    const client = await open('acme')
    const nested = (levels: number) => JSON.parse(`${'['.repeat(levels)}${']'.repeat(levels)}`)
    const call = (levels: number) =>
      client.callTool({ name: 'alpha__echo', arguments: { text: 'hi', nested: nested(levels) } })
    expect((await call(400)).content).toEqual([{ type: 'text', text: 'echo hi' }])
    await expect(call(600)).rejects.toThrow('"params" are nested deeper than 500 levels')
    expect(one.calls).toEqual(['echo'])
  })
})
