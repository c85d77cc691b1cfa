import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { closing } from '../helpers/closing.ts'
import { startServer, type ToolSketch } from '../helpers/mcp-servers.ts'
import { freePort } from '../helpers/ports.ts'
import { serving } from '../helpers/serving.ts'
import { until } from '../helpers/until.ts'

const annotations = { readOnlyHint: true }
const echo: ToolSketch = {
  name: 'echo',
  description: 'Says it again',
  annotations,
  run: ({ text }) => `echo ${text}`,
}
const listedEcho = {
  name: 'echo',
  description: 'Says it again',
  annotations,
  inputSchema: { type: 'object' },
}
const greet = { name: 'greet', title: 'Greeting' }
const note = { uriTemplate: 'note://{id}/text', name: 'text' }
const INSTRUCTIONS = 'Look before you leap.'

const more = {
  capabilities: { resources: {}, prompts: {} },
  answer(method: string, { uri }: Record<string, unknown>) {
    if (method === 'resources/list') return { resources: [] }
    if (method === 'resources/templates/list') return { resourceTemplates: [note] }
    if (method === 'resources/read') return { contents: [{ uri, text: 'content' }] }
    if (method === 'prompts/list') return { prompts: [greet] }
    if (method === 'prompts/get')
      return { messages: [{ role: 'user', content: { type: 'text', text: 'hi' } }] }
    return undefined
  },
}

const accepted = {
  instructions: INSTRUCTIONS,
  tools: { echo: listedEcho },
  prompts: { greet },
  templates: { [note.uriTemplate]: note },
}
const changed = {
  instructions: 'Leap.',
  tools: { echo: { ...listedEcho, description: 'Said it' } },
  prompts: { greet: { ...greet, title: 'Hello' } },
  templates: { [note.uriTemplate]: { ...note, name: 'page' } },
}

function pin(folder: string, servers: Record<string, object>): void {
  writeFileSync(join(folder, 'mcp-lock.json'), JSON.stringify({ format: 1, servers }))
}

const server = (name: string, url: string) => ({ name, url, trust_hints: true })
const acme = (...mcp_servers: object[]) => ({ customers: [{ name: 'Acme', mcp_servers }] })

describe('definitions that are not the accepted ones', () => {
  it('stay withheld when mcp-lock.json vanishes, even if the configuration is read again', async () => {
    const upstream = closing(await startServer({ kind: 'legacy', tools: [echo] }))
    const alpha = server('alpha', upstream.url)
    const served = await serving(acme(alpha), folder => pin(folder, { 'acme/alpha': changed }))
    const client = await served.client('acme')
    const names = async () => (await client.listTools()).tools.map(tool => tool.name)
    expect(await names()).toEqual([])
    rmSync(join(served.folder, 'mcp-lock.json'))
    const told = () =>
      served.log.filter(line => line.startsWith('acme: mcp-lock.json is gone, and what it pinned still'))
    await until('the log says that the lock is gone', () => told().length > 0)
    expect([await names(), told().length]).toEqual([[], 1])
    const more = acme(alpha, server('beta', upstream.url))
    writeFileSync(join(served.folder, 'mcp_servers.json'), JSON.stringify(more))
    await until('the configuration is read again', async () => (await names()).length > 0)
    expect(await names()).toEqual(['beta__echo'])
    await until('the door that has opened says so, too', () => told().length === 2)
  })

  it.each(['legacy', 'modern'] as const)('of a %s server are withheld until they are', async kind => {
    const upstream = closing(await startServer({ kind, tools: [echo], instructions: INSTRUCTIONS, more }))
    const { client: open, folder, log } = await serving(acme(server('alpha', upstream.url)))
    const first = await open('acme')
    expect((await first.listTools()).tools).toHaveLength(1)
    expect(first.getInstructions()).toContain(INSTRUCTIONS)
    pin(folder, { 'acme/alpha': changed })
    await until('the tool is withheld', async () => (await first.listTools()).tools.length === 0)
    const client = await open('acme', { mode: 'legacy' })
    expect((await client.listTools())._meta).toEqual({
      'com.supportmax/withheld': [
        { server: 'alpha', name: 'alpha__echo', reason: expect.stringContaining('changed') },
      ],
    })
    await expect(client.callTool({ name: 'alpha__echo', arguments: {} })).rejects.toThrow(
      'alpha__echo is withheld: its definition has changed since it was pinned: description',
    )
    const prompts = await client.listPrompts()
    expect([prompts.prompts, prompts._meta]).toMatchObject([
      [],
      { 'com.supportmax/withheld': [{ name: 'greet' }] },
    ])
    await expect(client.getPrompt({ name: 'alpha__greet' })).rejects.toThrow(
      'the prompt alpha__greet is withheld: its definition has changed since it was pinned: title',
    )
    expect((await client.listResourceTemplates()).resourceTemplates).toEqual([])
    await expect(client.readResource({ uri: 'note://7/text' })).rejects.toThrow(
      'the template of this resource is withheld',
    )
    expect(client.getInstructions()).not.toContain(INSTRUCTIONS)
    expect(client.getInstructions()).toContain('1 tool of alpha')
    expect(client.getInstructions()).toContain(
      'The instructions of alpha are withheld: the instructions have',
    )
    expect(log).toContainEqual(
      'acme: 1 tool withheld (alpha echo): not as accepted in mcp-lock.json; run `supportmax tools accept acme`',
    )
    expect(log.filter(line => line.includes('withheld'))).toHaveLength(4)

    let told = 0
    client.setNotificationHandler('notifications/tools/list_changed', () => void told++)
    pin(folder, { 'acme/alpha': accepted })
    await until('the client was told', () => told > 0)
    const listed = await client.listTools()
    expect([listed.tools, listed._meta]).toMatchObject([[{ name: 'alpha__echo' }], undefined])
    expect((await client.listPrompts()).prompts).toHaveLength(1)
    expect((await client.readResource({ uri: 'note://7/text' })).contents).toHaveLength(1)
    expect((await open('acme')).getInstructions()).toContain(INSTRUCTIONS)
  })
})

describe('a server that has not answered yet', () => {
  it('is represented by the tools that were accepted, which say so', async () => {
    const one = closing(await startServer({ kind: 'legacy', tools: [echo], more }))
    let isSilent = true
    const silent = closing(
      await startServer({ kind: 'legacy', tools: [echo], more, admit: async () => !isSilent }),
    )
    const config = acme(server('alpha', one.url), server('beta', silent.url))
    const world = await serving({ defaults: { timeouts: { connect: 1 } }, ...config }, folder =>
      pin(folder, { 'acme/alpha': accepted, 'acme/beta': accepted }),
    )
    const client = await world.client('acme')
    const { tools, _meta } = await client.listTools()
    expect(tools.map(tool => [tool.name, tool._meta])).toEqual([
      ['alpha__echo', undefined],
      ['beta__echo', { 'com.supportmax/known': { state: 'starting' } }],
    ])
    expect(_meta).toMatchObject({ 'com.supportmax/missing': [{ server: 'beta', state: 'starting' }] })
    expect((await client.listPrompts()).prompts.map(prompt => [prompt.name, prompt._meta])).toEqual([
      ['alpha__greet', undefined],
      ['beta__greet', { 'com.supportmax/known': { state: 'starting' } }],
    ])
    expect(await client.callTool({ name: 'beta__echo', arguments: { text: 'hi' } })).toMatchObject({
      isError: true,
      content: [{ text: 'beta__echo failed: its server did not answer in time' }],
    })
    isSilent = false
    await until('it has answered', async () => {
      const { tools, _meta } = await client.listTools()
      const isAll = tools.length === 2 && tools.every(one => one._meta === undefined)
      return isAll && _meta?.['com.supportmax/missing'] === undefined
    })
  })

  it('is waited for by a call', async () => {
    const port = await freePort()
    const world = await serving(acme(server('beta', `http://127.0.0.1:${port}/mcp`)), folder =>
      pin(folder, { 'acme/beta': accepted }),
    )
    const client = await world.client('acme')
    expect((await client.listTools()).tools).toMatchObject([{ name: 'beta__echo' }])
    const result = client.callTool({ name: 'beta__echo', arguments: { text: 'hi' } })
    closing(await startServer({ kind: 'legacy', tools: [echo], port }))
    expect(await result).toMatchObject({ content: [{ text: 'echo hi' }] })
  })

  it('keeps its tools through a change of the configuration', async () => {
    let isSilent = false
    const one = closing(await startServer({ kind: 'legacy', tools: [echo], admit: async () => !isSilent }))
    const two = closing(await startServer({ kind: 'legacy', tools: [echo] }))
    const world = await serving(acme(server('alpha', one.url)))
    const client = await world.client('acme')
    expect((await client.listTools()).tools).toHaveLength(1)
    isSilent = true
    world.configure(acme(server('alpha', one.url), server('beta', two.url)))
    const names = await until('the new server is offered', async () => {
      const { tools } = await client.listTools()
      return tools.some(one => one.name === 'beta__echo') && tools.map(one => one.name)
    })
    expect(names).toEqual(['alpha__echo', 'beta__echo'])
  })
})
