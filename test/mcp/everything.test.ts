import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connect } from '../../src/mcp/connect.ts'
import { probe } from '../../src/mcp/probe.ts'
import { endpointOf } from '../helpers/mcp-servers.ts'
import { until } from '../helpers/until.ts'

const packageFile = createRequire(import.meta.url).resolve(
  '@modelcontextprotocol/server-everything/package.json',
)
const program = join(dirname(packageFile), 'dist', 'index.js')

const freePort = () =>
  new Promise<number>(resolve => {
    const holder = createServer().listen(0, '127.0.0.1', () => {
      const { port } = holder.address() as { port: number }
      holder.close(() => resolve(port))
    })
  })

const smoke = { tool: 'echo', arguments: { message: 'hello' } }

describe.each([
  ['streamableHttp', '/mcp'],
  ['sse', '/sse'],
])('the reference server over %s', (mode, path) => {
  let child: ReturnType<typeof spawn>
  let url: string

  beforeAll(async () => {
    const port = await freePort()
    url = `http://127.0.0.1:${port}${path}`
    child = spawn(process.execPath, [program, mode], { env: { PORT: String(port) }, stdio: 'ignore' })
    const answers = async () => (await probe(endpointOf({ url }, { smoke }))).state === 'ready'
    await until('the reference server is ready', answers, 20_000)
  })
  afterAll(() => {
    child.kill('SIGKILL')
  })

  it('lists its tools and answers calls, including images and links', async () => {
    const connection = await connect(endpointOf({ url }))
    try {
      const { tools, quarantined } = await connection.listTools()
      expect(tools.length).toBeGreaterThan(5)
      expect(quarantined).toEqual([])
      const sum = tools.find(tool => /sum|add/.test(tool.name))
      const result = await connection.call(sum?.name ?? '', { a: 2, b: 40 }, { deadline: 5_000 })
      expect(result.text).toContain('42')
    } finally {
      await connection.close()
    }
  })
})
