import { createServer } from 'node:http'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { findEngine } from '../../src/runtimes/docker/engine/connect.ts'
import { supportedEngine, type VersionAnswer } from '../../src/runtimes/docker/engine/version.ts'
import { openDocker } from '../../src/runtimes/docker/open.ts'
import { closing } from '../helpers/closing.ts'
import { BUILD } from '../helpers/docker.ts'
import { newFolder } from '../helpers/folder.ts'

const SOCKET = 'unix:///run/engine.sock'
/** As Podman 5.4.2 of Debian 13 answers, shortened. */
const PODMAN = {
  Platform: { Name: 'linux/amd64/debian-13' },
  Components: [
    { Name: 'Podman Engine', Version: '5.4.2', Details: { APIVersion: '5.4.2', MinAPIVersion: '4.0.0' } },
    { Name: 'Conmon', Version: 'conmon version 2.1.12, commit: unknown' },
  ],
  Version: '5.4.2',
  ApiVersion: '1.41',
}
const docker = (Version: string, ApiVersion?: string): VersionAnswer => ({
  Version,
  ApiVersion,
  Components: [{ Name: 'Engine', Version }],
})
const podman = (Version: string): VersionAnswer => ({ ...PODMAN, Version })

describe('an engine is supported by its product and version:', () => {
  it.each([
    ['26.1.5', docker('26.1.5')],
    ['its oldest release', docker('25.0.0')],
    ['a build of a distribution', docker('26.1.5+dfsg1')],
    ['a leading v', docker('v27.3.1')],
    ['a -ce', docker('28.0.0-ce')],
    ['a -dev', docker('29.0.0-dev')],
    ['a release candidate', docker('28.0.0-rc.2')],
    ['no minor version', docker('28')],
    ['no number, with a new API', docker('dev', '1.50')],
    ['a pseudo-version, with a new API', docker('0.0.0-20240523112233-abcdef123456', '1.45')],
    ['no number and no API', docker('library-import')],
    ['only an API', { ApiVersion: '1.47' }],
    ['Podman', PODMAN],
    ['the oldest Podman, of a distribution', podman('4.3.1+ds1')],
    ['a development version of Podman', podman('5.0.0-dev')],
    ['Podman with a leading v', podman('v5.2.0')],
  ])('%s is new enough', (_, answer) => {
    expect(() => supportedEngine(answer, SOCKET)).not.toThrow()
  })

  it.each([
    ['20.10.24+dfsg1', docker('20.10.24+dfsg1'), 'Docker: engine 20.10.24+dfsg1 is too old'],
    ['a -ce', docker('18.09.1-ce'), 'Docker: engine 18.09.1-ce is too old'],
    ['a leading v', docker('v24.0.7'), 'Docker: engine v24.0.7 is too old'],
    ['the last release before', docker('24.0.9'), 'Docker: engine 24.0.9 is too old'],
    ['no number, with an old API', docker('dev', '1.43'), 'Docker: engine dev is too old'],
    ['Podman 4.2', podman('4.2.1'), 'Podman 4.2.1 is too old'],
    ['a development version', podman('v3.4.4-dev'), 'Podman v3.4.4-dev is too old'],
  ])('%s is too old, and what is supported is said', (_, answer, message) => {
    expect(() => supportedEngine(answer, SOCKET)).toThrow(
      expect.objectContaining({
        code: 'missing',
        message,
        hint: 'install Docker Engine 25 or newer, or Podman 4.3 or newer',
      }),
    )
  })

  it.each([[{}], [[]], ['<html>'], [undefined], [{ Version: 5 }]])('%j is no engine', answer => {
    expect(() => supportedEngine(answer as VersionAnswer, SOCKET)).toThrow(
      'Docker: unix:///run/engine.sock answers, but not as an engine does',
    )
  })
})

describe('Podman', () => {
  it('is recognised at its socket, and people are told', async () => {
    const path = join(newFolder(), 'podman.sock')
    const server = createServer((_, response) => {
      response.setHeader('content-type', 'application/json').end(JSON.stringify(PODMAN))
    })
    closing({ close: () => void server.close().closeAllConnections() })
    await new Promise<void>(resolve => server.listen(path, resolve))
    const env = { DOCKER_HOST: `unix://${path}` }
    expect(await findEngine(env)).toMatchObject({
      state: 'answers',
      product: { product: 'Podman', version: '5.4.2' },
    })
    const options = {
      project: 'p',
      configFile: '/x/m.json',
      composeFile: '/x/c.yml',
      stateDir: '/x',
      onCompose: () => {},
    }
    const runtime = await openDocker({ ...options, build: BUILD, env })
    expect(runtime).toMatchObject({
      engine: 'Podman 5.4.2',
      notice: 'the engine is Podman 5.4.2 (supported: Docker Engine 25 or newer, or Podman 4.3 or newer)',
    })
  })

  it('that does not answer is started by its own service', async () => {
    const found = await findEngine({ DOCKER_HOST: `unix://${newFolder()}/podman/podman.sock` })
    expect(found).toMatchObject({
      state: 'silent',
      error: { code: 'missing', hint: expect.stringContaining('`systemctl start podman.socket`') },
    })
  })
})
