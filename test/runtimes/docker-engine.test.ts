import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { findEngine } from '../../src/runtimes/docker/engine/connect.ts'
import { openDocker } from '../../src/runtimes/docker/open.ts'
import { clientVariables, engineAddress } from '../../src/runtimes/engine-address.ts'
import { closing } from '../helpers/closing.ts'
import { BUILD } from '../helpers/docker.ts'
import { newFolder } from '../helpers/folder.ts'
import { aServer, aStart } from '../helpers/server.ts'

let home: string
beforeEach(() => {
  home = newFolder()
})

type Answer = (response: ServerResponse, path: string) => void

/** A socket whose server answers `version`, or accepts it and stays silent; `other` answers all other requests. */
async function socket(version: string | undefined, other: Answer = () => {}): Promise<string> {
  const path = join(home, 'docker.sock')
  const server = createServer((request, response) => {
    if (request.url !== '/version') other(response, request.url ?? '')
    else if (version)
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ Version: version }))
  })
  closing({ close: () => void server.close().closeAllConnections() })
  await new Promise<void>(resolve => server.listen(path, resolve))
  return `unix://${path}`
}

const QUICK = { version: 200, read: 200, change: 300 }

/** The runtime on an engine that answers `version`; `other` answers all other requests. */
async function runtimeOn(other: Answer) {
  const env = { DOCKER_HOST: await socket('26.1.5', other) }
  return openDocker({
    project: 'p',
    configFile: '/x/mcp_servers.json',
    composeFile: '/x/docker-compose.mcps.yml',
    stateDir: '/x/state',
    build: { ...BUILD, base: 'base', namePrefix: 'x' },
    env,
    onCompose: () => {},
    found: await findEngine(env, undefined, QUICK),
  })
}

function context(name: string, host: string): void {
  const id = createHash('sha256').update(name).digest('hex')
  const folder = join(home, '.docker', 'contexts', 'meta', id)
  mkdirSync(folder, { recursive: true })
  writeFileSync(
    join(folder, 'meta.json'),
    JSON.stringify({ Name: name, Endpoints: { docker: { Host: host } } }),
  )
}

function current(name: string): void {
  mkdirSync(join(home, '.docker'), { recursive: true })
  writeFileSync(join(home, '.docker', 'config.json'), JSON.stringify({ currentContext: name }))
}

describe('the address of the engine', () => {
  it('is DOCKER_HOST, otherwise the context, otherwise the default socket', () => {
    context('work', 'unix:///work.sock')
    context('other', 'unix:///other.sock')
    current('work')
    expect(engineAddress({ HOME: home }).host).toBe('unix:///work.sock')
    expect(engineAddress({ HOME: home, DOCKER_CONTEXT: 'other' }).host).toBe('unix:///other.sock')
    expect(
      engineAddress({ HOME: home, DOCKER_CONTEXT: 'other', DOCKER_HOST: 'tcp://127.0.0.1:2375' }).host,
    ).toBe('tcp://127.0.0.1:2375')
    expect(engineAddress({ HOME: home, DOCKER_CONTEXT: 'default' }).host).toMatch(/^unix:\/\/.*docker\.sock$/)
  })

  it('is reported in words if it is an unknown context or an engine over ssh', () => {
    expect(() => engineAddress({ HOME: home, DOCKER_CONTEXT: 'gone' })).toThrow(
      'the context "gone" is unknown or cannot be read',
    )
    for (const DOCKER_HOST of ['ssh://me@far', 'tcp://:99999', 'unix://'])
      expect(() => engineAddress({ HOME: home, DOCKER_HOST })).toThrow(
        `cannot use the address ${DOCKER_HOST} (DOCKER_HOST)`,
      )
  })

  it('does not depend on unreadable files of Docker unless a context is selected', () => {
    mkdirSync(join(home, '.docker', 'config.json'), { recursive: true })
    expect(engineAddress({ HOME: home }).host).toMatch(/docker\.sock$/)
    expect(() => engineAddress({ HOME: home, DOCKER_CONTEXT: 'work' })).toThrow('cannot be read')
  })

  it('is reported in words if its certificates are unreadable', async () => {
    const env = { DOCKER_HOST: 'tcp://127.0.0.1:9', DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: home }
    expect(await findEngine(env)).toMatchObject({ state: 'silent', error: { code: 'missing' } })
  })

  it('is passed to the docker client, without any other variable', () => {
    const env = { HOME: home, PATH: '/bin', DOCKER_CONTEXT: 'work', AWS_SECRET_ACCESS_KEY: 'x' }
    context('work', 'unix:///work.sock')
    expect(clientVariables(engineAddress(env), env)).toEqual({
      HOME: home,
      PATH: '/bin',
      DOCKER_HOST: 'unix:///work.sock',
    })
  })
})

describe('an engine', () => {
  it('that is new enough is used', async () => {
    expect(await findEngine({ DOCKER_HOST: await socket('25.0.1') })).toMatchObject({ state: 'answers' })
  })

  it('that is too old is rejected with its version', async () => {
    expect(await findEngine({ DOCKER_HOST: await socket('20.10.24+dfsg1') })).toMatchObject({
      state: 'silent',
      error: { code: 'missing', message: 'Docker: engine 20.10.24+dfsg1 is too old' },
    })
  })

  it('that does not answer is distinguished from one that is not installed', async () => {
    const env = { DOCKER_HOST: await socket(undefined) }
    expect(await findEngine(env, undefined, QUICK)).toMatchObject({
      state: 'silent',
      error: { code: 'missing', message: expect.stringContaining('timed out after 200 ms') },
    })
    expect(await findEngine({ DOCKER_HOST: `unix://${home}/nothing.sock` })).toMatchObject({
      state: 'silent',
      error: { code: 'missing', message: expect.stringContaining('ENOENT') },
    })
  })

  it('that does not answer is abandoned on abort', async () => {
    const env = { DOCKER_HOST: await socket(undefined) }
    const stop = new AbortController()
    const looking = findEngine(env, stop.signal)
    stop.abort(new Error('enough'))
    await expect(looking).rejects.toThrow('enough')
  })

  it.each([
    ['says nothing', () => {}],
    ['stops within an answer', response => void response.writeHead(200).write('[')],
    [
      'hangs up within an answer',
      response => void response.writeHead(200).write('[', () => response.destroy()),
    ],
    ['hangs up', response => void response.destroy()],
  ] as [string, Answer][])('that %s after its version is missing for every request', async (_, other) => {
    const runtime = await runtimeOn(other)
    const missing = {
      code: 'missing',
      message: expect.stringMatching(/the Docker engine at .* does not answer/),
    }
    await expect(runtime.observe()).rejects.toMatchObject(missing)
    await expect(runtime.down([{ customer: 'a', server: 'b' }])).rejects.toMatchObject(missing)
    const start = aStart(aServer(), { hostPort: 9 })
    await expect(runtime.prepare(start, { refresh: false, progress: () => {} })).rejects.toMatchObject(
      missing,
    )
  })

  it('that stops answering while it stops a container ends the work', async () => {
    const labels = { 'supportmax.project': 'p', 'supportmax.customer': 'a', 'supportmax.server': 'b' }
    const runtime = await runtimeOn((response, path) => {
      if (path.startsWith('/containers/json')) response.end(JSON.stringify([{ Id: 'x', Labels: labels }]))
    })
    const stopping = runtime.down([{ customer: 'a', server: 'b' }])
    await expect(stopping).rejects.toMatchObject({
      code: 'missing',
      message: expect.stringContaining('timed out'),
    })
  })

  it('that does not answer does not delay an aborted caller', async () => {
    const runtime = await runtimeOn(() => {})
    const stop = new AbortController()
    const work = [runtime.observe(stop.signal), runtime.down([], stop.signal)]
    stop.abort(new Error('enough'))
    for (const one of work) await expect(one).rejects.toThrow('enough')
  })

  it('whose error concerns one server becomes an obstacle in the engine’s words', async () => {
    const refuse: Answer = response =>
      void response.writeHead(500).end('{"message":"strconv.ParseUint: 99999"}')
    const runtime = await runtimeOn(refuse)
    const start = aStart(aServer(), { hostPort: 99_999 })
    expect(await runtime.prepare(start, { refresh: false, progress: () => {} })).toMatchObject({
      reason: expect.stringContaining('strconv.ParseUint: 99999'),
    })
  })
})
