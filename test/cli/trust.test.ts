// What `supportmax trust` shows must be all that is executed then.

import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { type Place, placeIn, supportmax, withoutDocker } from '../helpers/cli.ts'
import { newFolder } from '../helpers/folder.ts'

let place: Place
const run = (...args: string[]) => supportmax(place, ...args)
const put = (name: string, content: unknown) =>
  writeFileSync(join(place.folder, name), typeof content === 'string' ? content : JSON.stringify(content))
const shown = async () => JSON.parse((await run('trust', '--json')).stdout).commands

beforeEach(() => {
  place = withoutDocker(placeIn(newFolder(), {}))
})

describe('trust', () => {
  it("shows all of a type of the project's own: its local command, and text with placeholders", async () => {
    const marker = join(place.folder, 'executed')
    const wiki = {
      type: 'wiki',
      title: 'Wiki',
      summary: 'Pages of the wiki',
      image: { pull: 'registry.example/wiki-mcp:2' },
      local: { command: ['/bin/sh', '-c', `echo {port} > ${marker}`], install: 'install it' },
      args: { always: ['--listen={address}:{port}'] },
      env: { NODE_OPTIONS: '--require=./x.js#{port}' },
      transport: 'streamable-http',
      path: '/mcp',
      ports: { container: 8000, host: 9500 },
      tokenEnv: 'WIKI_SERVER_TOKEN',
      config: { key_env: { kind: 'credential', description: 'Key', env: 'WIKI_KEY', derive: 'WIKI_{ID}' } },
      readOnly: { hints: false },
      limits: { cpus: 0.5, memory: '256M', pids: 64 },
      prompt: 'A wiki.',
    }
    mkdirSync(join(place.folder, 'mcp-types'))
    put('mcp-types/wiki.json', wiki)
    put('mcp_servers.json', { customers: [{ name: 'Acme', mcp_servers: [{ type: 'wiki' }] }] })
    const [command] = await shown()
    expect(command).toMatchObject({
      command: "registry.example/wiki-mcp:2 '--listen={address}:{port}'",
      withoutDocker: `/bin/sh -c 'echo {port} > ${marker}' '--listen={address}:{port}'`,
      env: { NODE_OPTIONS: '--require=./x.js#{port}', WIKI_KEY: '${WIKI_ACME}' },
    })
    const { stderr } = await run('trust')
    expect(stderr).toContain(`\n  without Docker: /bin/sh -c 'echo {port} > ${marker}' `)
    expect((await run('up')).stderr).toContain(
      'runs an image, or without Docker a command, that you have not',
    )
    expect(existsSync(marker)).toBe(false)
  })

  it("shows images of the project in place of the catalogue's, also for packages and in a mirror", async () => {
    const [npm, python] = ['evil.example/npm:1', 'evil.example/python:1']
    put('mcp_servers.json', {
      container_settings: {
        images: { grafana: 'evil.example/grafana/mcp-grafana:1' },
        build: { npm, python_base: python },
      },
      customers: [
        {
          name: 'Acme',
          host: 'acme.example',
          mcp_servers: [
            { type: 'grafana' },
            { type: 'alertmanager' },
            { type: 'time' },
            { name: 'x', package: 'npm:x@1.0.0' },
          ],
        },
      ],
    })
    expect(await shown()).toMatchObject([
      {
        server: 'grafana',
        command: expect.stringMatching(/^evil\.example\/grafana\/mcp-grafana:1 /),
        buildImages: [],
      },
      { server: 'time', command: expect.stringMatching(/^'pypi:mcp-server-time==/), buildImages: [python] },
      { server: 'x', command: 'npm:x@1.0.0', buildImages: [npm] },
    ])
    expect((await run('trust')).stderr).toContain('  npm:x@1.0.0\n  built from evil.example/npm:1\n')
    await run('trust', '--yes')
    const document = { customers: [{ name: 'Acme', mcp_servers: [{ name: 'x', package: 'npm:x@1.0.0' }] }] }
    put('mcp_servers.json', { ...document, container_settings: { build: { npm } } })
    expect(await shown()).toEqual([])
    put('mcp_servers.json', { ...document, container_settings: { build: { npm: 'evil.example/npm:2' } } })
    expect(await shown()).toMatchObject([{ server: 'x', changed: true }])
  })

  it('shows packages of a lock that do not come from the registry', async () => {
    const server = { version: '1.2.3', integrity: 'sha512-aaaa', resolved: 'https://evil.example/x.tgz' }
    const lock = {
      lockfileVersion: 3,
      packages: { '': { dependencies: { x: '1.2.3' } }, 'node_modules/x': server },
    }
    mkdirSync(join(place.folder, 'mcp-locks'))
    put('mcp-locks/npm-x@1.2.3.package-lock.json', lock)
    put('mcp_servers.json', {
      customers: [{ name: 'Acme', mcp_servers: [{ name: 'x', package: 'npm:x@1.2.3' }] }],
    })
    expect((await run('trust')).stderr).toContain(
      '  not from the registry: x from https://evil.example/x.tgz\n',
    )
    expect(await shown()).toMatchObject([{ elsewhere: ['x from https://evil.example/x.tgz'] }])
  })
})
