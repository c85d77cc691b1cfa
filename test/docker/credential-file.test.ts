// A token in a file, which the Grafana MCP server reads itself: `docker inspect` shows no value.

import { execFileSync } from 'node:child_process'
import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Place, placeIn, supportmax } from '../helpers/cli.ts'
import { grafanaImage, groundMissing, networkPool, projectName, sweep } from '../helpers/docker.ts'
import { bridgeAddress } from '../helpers/first-file.ts'
import { newFolder } from '../helpers/folder.ts'
import { type GrafanaApi, startGrafanaApi } from '../helpers/grafana-api.ts'

const missing = await groundMissing('bridge')
const { ref: IMAGE, real } = missing ? { ref: '', real: false } : grafanaImage()

describe.skipIf(missing || !real)('a credential in a file that the server reads itself', () => {
  const project = projectName()
  const place: Place = placeIn(newFolder())
  const file = join(place.folder, 'grafana token')
  let api: GrafanaApi
  const run = (...args: string[]) => supportmax(place, ...args)
  const row = async (): Promise<{ state: string; reason: string; hint: string; containerId: string }> =>
    JSON.parse((await run('status', '--json')).stdout).servers[0]
  const setToken = (token: string, mode: number) => {
    writeFileSync(file, `${token}\n`)
    chmodSync(file, mode)
  }

  beforeAll(async () => {
    api = await startGrafanaApi({ address: bridgeAddress(), token: 'canary-one', name: 'acme' })
    const document = {
      project,
      network_pool: networkPool(),
      container_settings: { images: { grafana: IMAGE } },
      secrets: { from: { GRAFANA_TOKEN_ACME: { file: 'grafana token' } } },
      customers: [{ name: 'Acme', mcp_servers: [{ type: 'grafana', config: { grafana_url: api.url } }] }],
    }
    writeFileSync(join(place.folder, 'mcp_servers.json'), JSON.stringify(document))
    setToken('canary-one', 0o644)
    await run('trust', '--yes')
  })
  afterAll(async () => {
    await api.stop()
    sweep(project)
  })

  it('is used, and is in no variable of the container', async () => {
    const up = await run('up')
    expect([up.code, up.stderr]).toEqual([0, expect.stringContaining('1 of 1 ready')])
    const { containerId } = await row()
    const inspected = execFileSync('docker', ['inspect', containerId], { encoding: 'utf8' })
    expect(inspected).toContain('GRAFANA_SERVICE_ACCOUNT_TOKEN_FILE=/run/secrets/GRAFANA_TOKEN_ACME')
    expect(inspected).not.toContain('canary-one')
    expect(api.tokens.at(-1)).toBe('canary-one')
  })

  it('is renewed like any other', async () => {
    api.addToken('canary-two')
    setToken('canary-two', 0o644)
    expect(await row()).toMatchObject({ hint: 'run `supportmax up acme`' })
    expect((await run('up')).code).toBe(0)
    expect(api.tokens.at(-1)).toBe('canary-two')
    expect((await row()).state).toBe('ready')
  })

  it('must be readable by the user of the container', async () => {
    setToken('canary-two', 0o600)
    const up = await run('restart', 'acme')
    expect([up.code, up.stderr]).toEqual([
      1,
      expect.stringContaining("cannot be read by the container's user (uid 1000)"),
    ])
  })

  it('must not have another value in a source that wins', async () => {
    setToken('canary-two', 0o644)
    const other: Place = { ...place, env: { ...place.env, GRAFANA_TOKEN_ACME: 'canary-three' } }
    const up = await supportmax(other, 'restart', 'acme')
    expect(up.code).toBe(1)
    expect(up.stderr).toContain(
      'GRAFANA_TOKEN_ACME has a value in the environment, but the server itself reads',
    )
  })
})
