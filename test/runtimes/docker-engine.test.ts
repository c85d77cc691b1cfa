import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { clientVariables, engineAddress } from '../../src/runtimes/docker/engine/address.ts'
import { connectEngine, dockerPresence } from '../../src/runtimes/docker/engine/connect.ts'

let home: string
const open: Server[] = []

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'supportmax-engine-'))
})

afterEach(() => {
  for (const server of open.splice(0)) {
    server.close()
    server.closeAllConnections()
  }
  rmSync(home, { recursive: true, force: true })
})

/** A socket on which something answers `version`, or takes the question and stays silent. */
async function socket(version: string | undefined): Promise<string> {
  const path = join(home, 'docker.sock')
  const server = createServer((_request, response) => {
    if (version)
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ Version: version }))
  })
  open.push(server)
  await new Promise<void>(resolve => server.listen(path, resolve))
  return `unix://${path}`
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

describe('where the engine is', () => {
  it('DOCKER_HOST goes before a context, a context before the usual socket', () => {
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

  it('an unknown context and a remote engine over ssh are said in words', () => {
    expect(() => engineAddress({ HOME: home, DOCKER_CONTEXT: 'gone' })).toThrow(
      'the context "gone" is not known',
    )
    expect(() => engineAddress({ HOME: home, DOCKER_HOST: 'ssh://me@far' })).toThrow(
      'not an address that works here',
    )
  })

  it('the docker client is pointed at the same engine and gets no other variable', () => {
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
  it('that is new enough is taken', async () => {
    const env = { DOCKER_HOST: await socket('25.0.1') }
    expect(await dockerPresence(env)).toBe('answers')
    await expect(connectEngine(engineAddress(env))).resolves.toBeDefined()
  })

  it('that is too old is refused with its version', async () => {
    const env = { DOCKER_HOST: await socket('20.10.24+dfsg1') }
    await expect(connectEngine(engineAddress(env))).rejects.toMatchObject({
      code: 'missing',
      message: 'Docker: the engine is 20.10.24+dfsg1, too old',
    })
  })

  it('that stays silent is told from one that is not installed', async () => {
    const env = { DOCKER_HOST: await socket(undefined) }
    await expect(connectEngine(engineAddress(env))).rejects.toMatchObject({
      code: 'missing',
      message: expect.stringContaining('silent for 5 s'),
    })
    expect(await dockerPresence({ DOCKER_HOST: `unix://${home}/nothing.sock` })).toBe('silent')
  })
})
