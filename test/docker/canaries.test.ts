// Where values of credentials are seen on a real engine: in the container that needs them, and nowhere else.

import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { type Place, placeIn, supportmax } from '../helpers/cli.ts'
import {
  BASE,
  containersOf,
  groundMissing,
  NAME_PREFIX,
  networkPool,
  projectName,
  sweep,
} from '../helpers/docker.ts'
import { newFolder } from '../helpers/folder.ts'
import { type SeenProcess, watchProcesses } from '../helpers/process-watch.ts'

const missing = await groundMissing()
const CUSTOMERS = ['acme', 'beta'] as const
const canaryOf = (customer: string) => `canary-of-${customer}-${process.pid}`

describe.skipIf(missing)('the credentials of servers in containers', () => {
  const project = projectName()
  const place: Place = placeIn(newFolder())
  const outputs: string[] = []
  let seen: SeenProcess[] = []
  const docker = (...args: string[]) => execFileSync('docker', args, { encoding: 'utf8' })
  const run = async (...args: string[]) => {
    const { code, stdout, stderr } = await supportmax(place, ...args)
    outputs.push(stdout + stderr)
    return code
  }
  afterAll(() => sweep(project))

  it('are given to their containers', { timeout: 120_000 }, async () => {
    const document = {
      project,
      network_pool: networkPool(),
      container_settings: {
        build: { base: BASE, name_prefix: NAME_PREFIX },
        port_ranges: { alertmanager: { start: 21_000 + ((process.pid * 30) % 9_000) } },
      },
      customers: CUSTOMERS.map(name => ({
        name,
        mcp_servers: [
          {
            type: 'alertmanager',
            config: { alertmanager_url: 'http://am.example:9093' },
            headers: { 'X-Key_env': `KEY_${name.toUpperCase()}` },
          },
        ],
      })),
    }
    writeFileSync(join(place.folder, 'mcp_servers.json'), JSON.stringify(document))
    const lines = CUSTOMERS.map(name => `KEY_${name.toUpperCase()}=${canaryOf(name)}\n`)
    writeFileSync(join(place.folder, 'mcp_credentials.env'), lines.join(''), { mode: 0o600 })
    const watcher = watchProcesses(CUSTOMERS.map(canaryOf))
    await run('trust', '--yes')
    // Their Alertmanager does not exist: they are degraded, and list their tools.
    await run('up', '--timeout', '20')
    await run('status', '--json')
    await run('restart', 'acme')
    for (const name of CUSTOMERS) await run('logs', name)
    await run('secrets', 'check', '--json')
    seen = await watcher.stop()
    for (const name of CUSTOMERS) {
      const [container = ''] = containersOf(project, name)
      expect(docker('inspect', container)).toContain(canaryOf(name))
      // A core dump would hold them.
      const limits = docker('inspect', '--format', '{{json .HostConfig.Ulimits}}', container)
      expect(JSON.parse(limits)).toEqual([{ Name: 'core', Hard: 0, Soft: 0 }])
    }
  })

  it.each(CUSTOMERS)(
    'of %s are in no output, no file but their source, and no container of another customer',
    name => {
      const other = name === 'acme' ? 'beta' : 'acme'
      expect(outputs.filter(text => text.includes(canaryOf(name)))).toEqual([])
      const files = readdirSync(place.folder, { recursive: true, encoding: 'utf8' })
        .map(file => join(place.folder, file))
        .filter(file => statSync(file).isFile() && !file.endsWith('mcp_credentials.env'))
      expect(files.map(file => file.slice(place.folder.length + 1))).toContain('docker-compose.mcps.yml')
      expect(files.filter(file => readFileSync(file).includes(canaryOf(name)))).toEqual([])
      for (const container of containersOf(project, other))
        expect(docker('inspect', container)).not.toContain(canaryOf(name))
      for (const container of containersOf(project, name))
        expect(docker('logs', container)).not.toContain(canaryOf(name))
      const image = docker('inspect', '--format', '{{.Image}}', containersOf(project, name)[0] ?? '').trim()
      expect(docker('history', '--no-trunc', image)).not.toContain(canaryOf(name))
    },
  )

  it('are in the arguments of no process, and in the environment only of docker compose and of their servers', () => {
    expect(seen.filter(one => one.place === 'argv').map(one => one.command)).toEqual([])
    const programs = new Set(seen.map(({ command }) => command.replace(/ .*/s, '').replace(/.*\//, '')))
    expect([...programs].toSorted()).toEqual(['docker', 'docker-compose', 'docker-init', 'node'])
    const ours = seen.filter(({ command }) => command.includes('supportmax.js'))
    expect(ours.map(one => one.command)).toEqual([])
  })
})
