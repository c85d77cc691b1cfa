// An engine that accepts connections and never answers: every command that needs it ends with exit code 3 and its
// address. What needs no engine works, and says what it could not look at.
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Place, placeIn, type Ran, startSupportmax, supportmax, withoutDocker } from '../helpers/cli.ts'
import { newFolder } from '../helpers/folder.ts'
import { startServer } from '../helpers/mcp-servers.ts'
import { freePort } from '../helpers/ports.ts'
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
    [ASK],
  ])('ends %j', async args => {
    const { code, stdout, stderr } = await supportmax(place, ...args)
    expect([code, stdout]).toEqual([3, ''])
    expect(stderr.replace('Acme (acme)\n', '')).toBe(
      `supportmax: the Docker engine at unix://${socket} does not answer: timed out after 5 s\n  start Docker and check it with \`docker version\`, or set "runtime": "local"\n`,
    )
  })

  it.concurrent('ends the build of images, for which local processes are no way out', async () => {
    expect((await supportmax(place, 'images', 'build')).stderr).toBe(
      `supportmax: the Docker engine at unix://${socket} does not answer: timed out after 5 s\n  start Docker and check it with \`docker version\`\n`,
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

const getStatus = {
  name: 'get_status',
  annotations: { readOnlyHint: true },
  run: () => 'ok',
}

/** A folder with this configuration; with a compose file, as `up` or a commit leaves it. */
function placeWith(document: object, compose: 'with compose file' | 'without'): Place {
  const folder = newFolder()
  writeFileSync(join(folder, 'mcp_servers.json'), JSON.stringify(document))
  if (compose === 'with compose file') writeFileSync(join(folder, 'docker-compose.mcps.yml'), '')
  const made = placeIn(folder)
  return { ...made, env: { ...made.env, DOCKER_HOST: `unix://${socket}` } }
}

const unchecked = () =>
  `leftover containers were not checked: the Docker engine at unix://${socket} does not answer: timed out after 5 s; when that is fixed, run \`supportmax status\`\n`

/** As it is typed where it is installed. */
async function installed(place: Place, ...args: string[]): Promise<Ran> {
  const ran = await supportmax(place, ...args)
  return { ...ran, stderr: ran.stderr.replace(/`\S*supportmax\.js/g, '`supportmax') }
}

describe('a project with only external servers', () => {
  const project = async () => {
    const server = await startServer({ kind: 'modern', tools: [getStatus] })
    const external = { type: 'alertmanager', url: server.url, read_only_tools: ['get_status'] }
    return {
      document: { customers: [{ name: 'Acme', mcp_servers: [external] }] },
      close: () => server.close(),
    }
  }
  const engines: [string, (place: Place) => Place][] = [
    ['a silent engine', place => place],
    [
      'a stopped engine',
      place => ({ ...place, env: { ...place.env, DOCKER_HOST: `unix://${place.folder}/none.sock` } }),
    ],
    ['no engine', withoutDocker],
  ]
  const commands: [string[], (ran: Ran) => string | undefined][] = [
    [['up'], ({ stderr }) => /1 of 1 ready/.exec(stderr)?.[0]],
    [['up', '--runtime', 'docker'], ({ stderr }) => /1 of 1 ready/.exec(stderr)?.[0]],
    [['up', '--dry-run'], ({ stderr }) => /nothing to change/.exec(stderr)?.[0]],
    [['status', '--check'], ({ stdout }) => /1 of 1 ready · 1 tool\n/.exec(stdout)?.[0]],
    [['smoke'], ({ stderr }) => /2 of 2 checks passed/.exec(stderr)?.[0]],
    [['tools'], ({ stdout }) => /get_status/.exec(stdout)?.[0]],
    [['down'], ({ stderr }) => /nothing was running/.exec(stderr)?.[0]],
  ]
  it.concurrent.each(engines)('works with %s', async (_engine, at) => {
    const { document, close } = await project()
    const place = at(placeWith(document, 'without'))
    for (const [args, seen] of commands) {
      const words = args[0] === 'tools' ? [...args, 'acme'] : args
      const ran = await installed(place, ...words)
      expect([words, ran.code, seen(ran)], ran.stdout + ran.stderr).toEqual([words, 0, expect.any(String)])
      expect(ran.stderr).not.toContain('engine')
    }
    await close()
  })

  const MAY_BE_LEFT = [[['up']], [['status']], [['smoke']], [['down', 'acme']]]
  it.concurrent.each(MAY_BE_LEFT)('warns where a compose file is: %j', async args => {
    const { document, close } = await project()
    const { code, stderr } = await installed(placeWith(document, 'with compose file'), ...args)
    expect([code, stderr.split(unchecked()).length - 1]).toEqual([0, 1])
    await close()
  })

  it.concurrent('is not reported as stopped where a compose file is', async () => {
    const { document, close } = await project()
    const { code, stderr } = await installed(placeWith(document, 'with compose file'), 'down')
    expect([code, stderr]).toEqual([3, expect.stringContaining('does not answer')])
    await close()
  })
})

describe('a project that runs as local processes', () => {
  it.concurrent.each(['local', 'auto'])('is shown truthfully with runtime %s', async runtime => {
    const config = { alertmanager_url: 'http://am.example:9093' }
    const server = { type: 'alertmanager', port: await freePort(), config }
    const customers = [{ name: 'Acme', mcp_servers: [server] }]
    const place = placeWith({ runtime, customers }, 'with compose file')
    const up = await installed(place, 'up', '--runtime', 'local')
    expect(up.stderr).toContain(unchecked())
    const status = await installed(place, 'status', '--json')
    expect([status.code, JSON.parse(status.stdout)]).toEqual([
      0,
      expect.objectContaining({
        runtime: 'local',
        notices: [unchecked().trim()],
        servers: [expect.objectContaining({ tools: 9 })],
      }),
    ])
    expect(await installed(place, 'down')).toEqual({
      code: 0,
      stdout: '',
      stderr: `Acme (acme) alertmanager: removed\n${unchecked()}1 server removed\n`,
    })
  })
})
