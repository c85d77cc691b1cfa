// `supportmax bridge` to a server in a container, whose sessions have processes of their own.
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Client } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Place, placeIn, supportmax } from '../helpers/cli.ts'
import { closing } from '../helpers/closing.ts'
import { BUILD, groundMissing, networkPool, projectName, sweep } from '../helpers/docker.ts'
import { newFolder } from '../helpers/folder.ts'
import { packageImagesMissing, registryMissing, registryVariables } from '../helpers/packages.ts'
import { until } from '../helpers/until.ts'

const missing = (await groundMissing()) ?? registryMissing() ?? packageImagesMissing()
const PROGRAM = fileURLToPath(new URL('../../bin/supportmax.js', import.meta.url))
const docker = (...args: string[]) => execFileSync('docker', args, { encoding: 'utf8' }).trim()

describe.skipIf(missing)('the bridge to a server in a container', () => {
  let place: Place
  let image = ''
  const project = projectName()
  const run = (...args: string[]) => supportmax(place, ...args)
  const container = () => docker('ps', '-q', '--filter', `label=supportmax.project=${project}`)
  /** Processes of the server, besides the bridge inside. */
  const processes = () =>
    docker('top', container(), '-eo', 'pid,args')
      .split('\n')
      .filter(line => /\bnode \/app\/package\/server$/.test(line) && !/bridge\.mjs/.test(line)).length

  beforeAll(async () => {
    place = placeIn(newFolder(), registryVariables())
    const { base, npm, namePrefix: name_prefix } = BUILD
    const everything = {
      name: 'all',
      package: 'npm:@modelcontextprotocol/server-everything@2026.8.31',
      port: 20_000 + (process.pid % 10_000),
      sessions: 'own',
      max_sessions: 2,
      read_only_tools: ['echo', 'get-sum'],
    }
    const document = {
      ...{ project, runtime: 'docker', network_pool: networkPool() },
      container_settings: { build: { base, npm, name_prefix } },
      customers: [{ name: 'Acme', mcp_servers: [everything] }],
    }
    writeFileSync(join(place.folder, 'mcp_servers.json'), JSON.stringify(document))
    await run('trust', '--yes')
    const up = await run('up')
    expect(up.code, up.stderr).toBe(0)
    image = docker('inspect', '--format', '{{.Config.Image}}', container())
  })

  afterAll(() => {
    sweep(project)
    if (image !== '') docker('rmi', image)
  })

  async function clientOf(): Promise<Client> {
    const args = [PROGRAM, '--config', join(place.folder, 'mcp_servers.json'), 'bridge', 'acme', 'all']
    const client = new Client({ name: 'test', version: '1' })
    const { env } = place
    await client.connect(new StdioClientTransport({ command: process.execPath, args, env, stderr: 'ignore' }))
    return closing(client)
  }
  const sum = async (client: Client) =>
    (await client.callTool({ name: 'get-sum', arguments: { a: 2, b: 3 } })).content

  it('gives each client a process with its first call, and probes none', async () => {
    expect(processes()).toBe(1)
    const [one, two] = [await clientOf(), await clientOf()]
    expect((await one.listTools()).tools.map(tool => tool.name)).toEqual(['echo', 'get-sum'])
    expect(await sum(one)).toMatchObject([{ text: 'The sum of 2 and 3 is 5.' }])
    await sum(two)
    expect(processes()).toBe(3)
    expect((await run('status', '--check')).code).toBe(0)
    const full = await run('tools', 'call', 'acme', 'all', 'get-sum', '--args', '{"a":1,"b":1}')
    expect([full.code, full.stderr]).toEqual([
      1,
      expect.stringContaining('all 2 sessions of this server are in use'),
    ])
    await one.close()
    await until('its process has ended', () => processes() === 2)
    await two.close()
    await until('that of the other one too', () => processes() === 1)
  })

  it('finds the server again after a restart', async () => {
    const client = await clientOf()
    await sum(client)
    const before = container()
    expect((await run('restart', 'acme')).code).toBe(0)
    expect(container()).not.toBe(before)
    expect(await sum(client)).toMatchObject([{ text: 'The sum of 2 and 3 is 5.' }])
  })
})
