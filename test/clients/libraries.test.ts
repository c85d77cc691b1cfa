// MCP clients without a model: the inspector's command line, and the client of the AI SDK.

import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { closing } from '../helpers/closing.ts'
import { placeOf, runClient } from './programs.ts'
import { type ClientWorld, openClientWorld, TOOL } from './world.ts'

let world: ClientWorld
beforeAll(async () => {
  world = await openClientWorld()
})
afterAll(() => world.close())
beforeEach(() => {
  world.calls.length = 0
})

const inspector = placeOf('inspector')
describe.skipIf(inspector.missing)(inspector.title, () => {
  const program = join(inspector.modules, '@modelcontextprotocol/inspector/clients/launcher/build/index.js')

  function inspect(era: string, token: string, ...words: string[]) {
    const { folder, env } = world.place
    const door = ['--server-url', world.url, '--transport', 'http', '--protocol-era', era]
    const header = ['--header', `Authorization: Bearer ${token}`, '--format', 'json', '-q']
    const command = [process.execPath, program, '--cli', ...door, ...header, ...words]
    return runClient(command, { cwd: folder, env })
  }

  it.each(['legacy', 'modern'])('lists and calls tools in the %s era', async era => {
    const listed = await inspect(era, world.token, '--method', 'tools/list')
    expect(listed.code, listed.said).toBe(0)
    expect(listed.said).toContain(`"${TOOL}"`)
    const call = ['--method', 'tools/call', '--tool-name', TOOL, '--tool-arg', 'ticket=T-1']
    const called = await inspect(era, world.token, ...call)
    expect(called.code, called.said).toBe(0)
    expect(called.said).toContain(`T-1: ${world.code}`)
    expect(world.calls).toEqual(['lookup'])
  })

  it('is refused with a wrong token', async () => {
    const { code, said } = await inspect('modern', world.wrongToken, '--method', 'tools/list')
    expect(said).toContain('auth_required')
    expect(code).not.toBe(0)
    expect(await world.unauthorized()).toBeGreaterThan(0)
  })
})

/** As much of its interface as is used here: it is not a dependency. */
interface AiSdk {
  createMCPClient(options: object): Promise<{
    tools(): Promise<Record<string, { execute(args: object, options: object): Promise<unknown> }>>
    close(): Promise<void>
  }>
}

const aiSdk = placeOf('ai-sdk')
describe.skipIf(aiSdk.missing)(aiSdk.title, () => {
  async function open(token: string) {
    const file = join(aiSdk.modules, '@ai-sdk/mcp/dist/index.js')
    const { createMCPClient }: AiSdk = await import(file)
    const headers = { Authorization: `Bearer ${token}` }
    return createMCPClient({ transport: { type: 'http', url: world.url, headers } })
  }

  it('lists and calls tools', async () => {
    const client = closing(await open(world.token))
    const tools = await client.tools()
    expect(Object.keys(tools)).toEqual([TOOL])
    const result = await tools[TOOL]?.execute({ ticket: 'T-1' }, { toolCallId: '1', messages: [] })
    expect(result).toMatchObject({ content: [{ type: 'text', text: `T-1: ${world.code}` }] })
    expect(world.calls).toEqual(['lookup'])
  })

  it('is refused with a wrong token', async () => {
    await expect(open(world.wrongToken)).rejects.toThrow('401')
  })
})
