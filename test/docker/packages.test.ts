// Servers from packages in containers: real packages, from the lock to a call without a network.
import { execFileSync, spawnSync } from 'node:child_process'
import { appendFileSync, copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Place, placeIn, supportmax } from '../helpers/cli.ts'
import { BUILD, groundMissing, leftOf, networkPool, projectName, sweep } from '../helpers/docker.ts'
import { newFolder } from '../helpers/folder.ts'
import { packageImagesMissing, registryMissing, registryVariables } from '../helpers/packages.ts'

const missing = (await groundMissing()) ?? registryMissing() ?? packageImagesMissing()
const CANARY = 'canary-5b1c0f3e7d'
const docker = (...args: string[]) =>
  execFileSync('docker', args, { encoding: 'utf8', maxBuffer: 1e9 }).trim()

const PACKAGES = [
  { name: 'browser', package: 'npm:@playwright/mcp@0.0.83', args: ['--headless'] },
  {
    name: 'time',
    command: 'uvx',
    args: ['mcp-server-time==2026.10.19', '--local-timezone', 'Europe/Berlin'],
  },
]

describe.skipIf(missing)('servers from packages in containers', () => {
  let place: Place
  const project = projectName()
  const start = 21_000 + ((process.pid * 30) % 9_000)
  const run = (...args: string[]) => supportmax(place, ...args)
  const locks = () => join(place.folder, 'mcp-locks')
  const write = (acme: object[], beta: object[] = []) => {
    const { base, npm, python: python_base, uv, namePrefix: name_prefix } = BUILD
    const document = {
      ...{ project, runtime: 'docker', network_pool: networkPool() },
      container_settings: {
        port_ranges: { package: { start } },
        build: { base, npm, python_base, uv, name_prefix },
      },
      customers: [
        { name: 'Acme', mcp_servers: acme },
        { name: 'Beta', mcp_servers: beta },
      ],
    }
    writeFileSync(join(place.folder, 'mcp_servers.json'), JSON.stringify(document))
  }
  const containerOf = (customer: string, server: string) =>
    docker(
      ...['ps', '-q', '--filter', `label=supportmax.project=${project}`],
      ...[
        '--filter',
        `label=supportmax.customer=${customer}`,
        '--filter',
        `label=supportmax.server=${server}`,
      ],
    )
  const imageOf = (customer: string, server: string) =>
    docker('inspect', '--format', '{{.Config.Image}}', containerOf(customer, server))

  beforeAll(() => {
    const folder = newFolder()
    const variables = registryVariables()
    // A secret in each of the settings that a build gets.
    writeFileSync(join(folder, '.npmrc'), `//npm.example/:_authToken=${CANARY}-npmrc\n`)
    const ca = join(folder, 'ca.pem')
    if (variables.NODE_EXTRA_CA_CERTS) copyFileSync(variables.NODE_EXTRA_CA_CERTS, ca)
    appendFileSync(ca, `\n# ${CANARY}-ca\n`)
    place = placeIn(folder, {
      ...variables,
      ...(variables.NODE_EXTRA_CA_CERTS && { NODE_EXTRA_CA_CERTS: ca, SSL_CERT_FILE: ca }),
      UV_INDEX_PRIVATE_PASSWORD: `${CANARY}-uv`,
      no_proxy: `${CANARY}-proxy.example`,
    })
    write(PACKAGES, PACKAGES.slice(1))
  })

  afterAll(() => {
    const images = docker(
      'image',
      'ls',
      '--format',
      '{{.Repository}}:{{.Tag}}',
      '--filter',
      'reference=supportmax-test/*',
    )
    sweep(project)
    const ours = images.split('\n').filter(ref => /\/(npm-playwright-mcp|pypi-mcp-server-time):/.test(ref))
    if (ours.length > 0) docker('rmi', ...ours)
  })

  it('ask before anything is downloaded', async () => {
    const up = await run('up')
    expect(up.code).toBe(1)
    expect(up.stderr).toContain(
      'it runs a package that you have not allowed: npm:@playwright/mcp@0.0.83 --headless',
    )
    expect(existsSync(locks())).toBe(false)
    const shown = await run('trust', '--yes')
    expect(shown.stderr).toContain("'pypi:mcp-server-time==2026.10.19' --local-timezone Europe/Berlin")
  })

  it('are locked, built and started at the first up', async () => {
    const up = await run('up')
    expect(up.code, up.stderr).toBe(0)
    expect(up.stderr).toContain('locked @playwright/mcp 0.0.83 with 2 more packages')
    expect(readdirSync(locks())).toEqual([
      'npm-@playwright+mcp@0.0.83.package-lock.json',
      'pypi-mcp-server-time@2026.10.19.requirements.txt',
    ])
    const { servers } = JSON.parse((await run('status', '--json')).stdout)
    expect(servers.map((one: Record<string, unknown>) => [one.customer, one.server, one.state])).toEqual([
      ['acme', 'browser', 'ready'],
      ['acme', 'time', 'ready'],
      ['beta', 'time', 'ready'],
    ])
  })

  it('share the image of a package, and nothing else', () => {
    expect(imageOf('acme', 'time')).toBe(imageOf('beta', 'time'))
    const networks = ['acme', 'beta'].map(customer =>
      docker('inspect', '--format', '{{json .NetworkSettings.Networks}}', containerOf(customer, 'time')),
    )
    expect(networks[0]).not.toBe(networks[1])
  })

  it.each(['browser', 'time'])('%s is hardened like our own servers', server => {
    const { HostConfig: host, Config: config } = JSON.parse(
      docker('inspect', '--format', '{{json .}}', containerOf('acme', server)),
    )
    expect(host).toMatchObject({
      ReadonlyRootfs: true,
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges:true'],
      Memory: 512 * 1024 * 1024,
      PidsLimit: 128,
    })
    expect(config.User).toBe('1000:1000')
    expect(config.Env).toContain('CHILD_HOME=/tmp')
    expect(host.Mounts ?? []).toEqual([])
  })

  it.each(['browser', 'time'])('%s answers without any network', server => {
    const image = imageOf('acme', server)
    const message = (body: object) => JSON.stringify({ jsonrpc: '2.0', ...body })
    const params = {
      protocolVersion: '2025-06-18',
      capabilities: {},
      clientInfo: { name: 'test', version: '1' },
    }
    const input = [
      message({ id: 1, method: 'initialize', params }),
      message({ method: 'notifications/initialized' }),
      message({ id: 2, method: 'tools/list' }),
    ]
    const command =
      server === 'browser'
        ? ['node', image, '/app/package/server', '--headless']
        : ['/app/package/server', image]
    const { stdout } = spawnSync(
      'docker',
      [
        ...['run', '-i', '--rm', '--network', 'none', '--read-only', '--tmpfs', '/tmp', '--cap-drop', 'ALL'],
        ...['--user', '1000:1000', '--env', 'HOME=/tmp', '--entrypoint', ...command],
      ],
      { input: `${input.join('\n')}\n`, encoding: 'utf8' },
    )
    expect(stdout).toContain(server === 'browser' ? 'browser_navigate' : 'get_current_time')
  })

  it('start again when no registry can be reached', async () => {
    expect((await run('down')).code).toBe(0)
    const nowhere = {
      npm_config_registry: 'http://127.0.0.1:9',
      UV_DEFAULT_INDEX: 'http://127.0.0.1:9/simple',
    }
    const up = await supportmax({ ...place, env: { ...place.env, ...nowhere } }, 'up')
    expect(up.code, up.stderr).toBe(0)
    expect(up.stderr).not.toMatch(/locking|building/)
  })

  it.each(['browser', 'time'])('the image of %s keeps nothing of what the build was given', server => {
    const image = imageOf('acme', server)
    expect(docker('history', '--no-trunc', image)).not.toContain(CANARY)
    const saved = join(newFolder(), 'image.tar')
    docker('save', '--output', saved, image)
    const { status } = spawnSync('grep', ['-c', CANARY, saved])
    expect(status).toBe(1)
  })

  it('ask again when the lock was changed', async () => {
    const file = join(locks(), 'npm-@playwright+mcp@0.0.83.package-lock.json')
    const text = readFileSync(file, 'utf8')
    writeFileSync(file, text.replace('"license": "Apache-2.0"', '"license": "MIT"'))
    const up = await run('up', 'acme')
    expect(up.stderr).toContain(
      'browser: degraded: what it runs has changed since you allowed it; the old server keeps running',
    )
    writeFileSync(file, text.replace(/"integrity": ".*",/, ''))
    expect((await run('up', 'acme')).stderr).toContain(`${file}: has no hash for @playwright/mcp`)
    writeFileSync(file, text)
    expect((await run('up')).code).toBe(0)
  })

  it.each([
    [
      'npm:@playwright/mcp@0.0.1234567',
      {},
      'npm:@playwright/mcp@0.0.1234567 cannot be locked: npm has no @playwright/mcp@0.0.1234567',
    ],
    [
      'pypi:mcp-server-time==1',
      {},
      'pypi:mcp-server-time==1 cannot be locked: PyPI has no mcp-server-time==1',
    ],
    ['npm:@playwright/mcp@0.0.83', { bin: 'nothing' }, '@playwright/mcp has no program "nothing"'],
    [
      'pypi:mcp-server-time==2026.10.19',
      { bin: 'nothing' },
      'pypi:mcp-server-time==2026.10.19 cannot be installed: mcp-server-time has no program "nothing"',
    ],
    [
      'pypi:docopt==0.6.2',
      {},
      'pypi:docopt==0.6.2 cannot be locked: docopt==0.6.2 must be built from source, which runs its code',
    ],
  ])('%s %j is refused in one line', async (text, more, words) => {
    write([{ name: 'x', package: text, ...more }])
    await run('trust', '--yes')
    const up = await run('up')
    expect(up.code).toBe(1)
    expect(up.stderr).toContain(`x: stopped: ${words}`)
  })

  it('leave nothing behind', async () => {
    await run('down')
    expect(leftOf(project)).toBe('')
  })
})
