// Who gets a server's token on a real engine: its container at once, another process that took its port never.
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openApp } from '../../src/app.ts'
import { readEnvironment } from '../../src/config/env.ts'
import { type Place, placeIn, supportmax } from '../helpers/cli.ts'
import { closing } from '../helpers/closing.ts'
import { BASE, groundMissing, NAME_PREFIX, networkPool, projectName, sweep } from '../helpers/docker.ts'
import { newFolder } from '../helpers/folder.ts'
import { echo, startServer } from '../helpers/mcp-servers.ts'

const missing = await groundMissing()

describe.skipIf(missing)('the token of a server in a container', () => {
  let place: Place
  const project = projectName()
  const start = 21_000 + ((process.pid * 30) % 9_000)
  const run = (...args: string[]) => supportmax(place, ...args)
  const row = async (): Promise<{ state: string; containerId: string }> =>
    JSON.parse((await run('status', '--json')).stdout).servers[0]
  const token = () => {
    const config = join(place.folder, 'mcp_servers.json')
    const { stack, project } = openApp({ config, environment: readEnvironment(place.env) })
    const [server] = project.customers.flatMap(one => one.servers)
    return server && stack.state.token(server)
  }

  beforeAll(async () => {
    place = placeIn(newFolder())
    const document = {
      project,
      network_pool: networkPool(),
      container_settings: {
        build: { base: BASE, name_prefix: NAME_PREFIX },
        port_ranges: { alertmanager: { start } },
      },
      customers: [
        {
          name: 'Acme',
          mcp_servers: [{ type: 'alertmanager', config: { alertmanager_url: 'http://am.example:9093' } }],
        },
      ],
    }
    writeFileSync(join(place.folder, 'mcp_servers.json'), JSON.stringify(document))
    // Its Alertmanager does not exist: it is degraded, and lists its tools.
    await run('trust', '--yes')
    expect((await run('up', '--timeout', '20')).code).toBe(1)
  })
  afterAll(() => sweep(project))

  it('is sent without a wrong one before it, because the engine has vouched for the port', async () => {
    expect((await row()).state).toBe('degraded')
    expect((await run('tools', 'acme')).code).toBe(0)
    const logs = await run('logs', 'acme')
    expect(logs.stdout).toContain('listening on')
    expect(logs.stdout).not.toContain('wrong bearer token')
  })

  it('never reaches a process that took the port of a container which lost its network', async () => {
    const { containerId } = await row()
    execFileSync('docker', ['network', 'disconnect', `${project}_customer-acme`, containerId])
    const thief = closing(await startServer({ kind: 'modern', tools: [echo], port: start }))
    expect((await row()).state).toBe('unhealthy')
    const call = await run('tools', 'call', 'acme', 'alertmanager', 'echo', '--args', '{"text":"mine"}')
    expect(call.code).toBe(1)
    expect(call.stderr).toContain('another program is listening')
    expect(thief.calls).toEqual([])
    expect(thief.authorizations.length).toBeGreaterThan(0)
    expect(token()).toHaveLength(43)
    expect(thief.authorizations).not.toContain(`Bearer ${token()}`)
  })
})
