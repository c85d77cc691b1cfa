// An engine that accepts connections and never answers: every command that needs it ends with exit code 3 and its address.
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Place, placeIn, startSupportmax, supportmax } from '../helpers/cli.ts'
import { newFolder } from '../helpers/folder.ts'
import { until } from '../helpers/until.ts'

let place: Place
let socket: string
let connections = 0
const engine = createServer(() => {
  connections++
})

beforeAll(async () => {
  const folder = newFolder()
  socket = join(folder, 'engine.sock')
  await new Promise<void>(resolve => engine.listen(socket, resolve))
  place = placeIn(folder, { DOCKER_HOST: `unix://${socket}` })
  place.env.DOCKER_HOST = `unix://${socket}`
  const server = { type: 'alertmanager', config: { alertmanager_url: 'http://am.example:9093' } }
  const document = {
    platforms: { demo: { enabled: true } },
    customers: [{ name: 'Acme', mcp_servers: [server] }],
  }
  writeFileSync(join(folder, 'mcp_servers.json'), JSON.stringify(document))
})
afterAll(() => void engine.close())

const ASK = ['chat', '--customer', 'acme', '--platform', 'demo', '-p', 'Which alerts are firing?']

describe('a silent engine', () => {
  it.concurrent.each([
    [['status']],
    [['up']],
    [['down']],
    [['restart', 'acme']],
    [['logs', 'acme']],
    [['smoke', 'acme']],
    [['tools', 'acme']],
    [['tools', 'call', 'acme', 'alertmanager', 'get_status']],
    [['images', 'build']],
    [ASK],
  ])('ends %j', async args => {
    const { code, stdout, stderr } = await supportmax(place, ...args)
    expect([code, stdout]).toEqual([3, ''])
    expect(stderr.replace('Acme (acme)\n', '')).toBe(
      `supportmax: the Docker engine at unix://${socket} does not answer: timed out after 5 s\n  start Docker and check it with \`docker version\`, or set "runtime": "local"\n`,
    )
  })

  it.concurrent.each([[['status', '--json']], [['up', '--json']], [[...ASK, '--json']]])(
    'ends %j with an error object',
    async args => {
      const { code, stderr } = await supportmax(place, ...args)
      const last = JSON.parse(stderr.trim().split('\n').at(-1) ?? '')
      expect([code, last]).toEqual([3, { error: expect.objectContaining({ code: 'missing' }) }])
    },
  )

  it('does not delay Ctrl+C', async () => {
    const before = connections
    const { child, ended } = startSupportmax(place, 'up')
    await until('it asks the engine', () => connections > before)
    child.kill('SIGINT')
    const { code, stderr } = await ended
    expect([code, stderr]).toEqual([130, 'supportmax: interrupted\n'])
  })
})
