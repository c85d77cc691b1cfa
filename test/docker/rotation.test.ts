// A credential is rotated while an open chat reads: `up --watch` recreates the container, and no read fails.

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { openApp } from '../../src/app.ts'
import { readEnvironment } from '../../src/config/env.ts'
import { placeIn, startSupportmax, supportmax } from '../helpers/cli.ts'
import { closing } from '../helpers/closing.ts'
import { grafanaImage, groundMissing, networkPool, projectName, sweep } from '../helpers/docker.ts'
import { bridgeAddress } from '../helpers/first-file.ts'
import { newFolder } from '../helpers/folder.ts'
import { startGrafanaApi } from '../helpers/grafana-api.ts'
import { until } from '../helpers/until.ts'

const missing = await groundMissing('bridge')
const { ref: IMAGE } = missing ? { ref: '' } : grafanaImage()

describe.skipIf(missing)('a token of Grafana that is rotated', () => {
  const project = projectName()
  const place = placeIn(newFolder())
  const setToken = (token: string) =>
    writeFileSync(join(place.folder, 'mcp_credentials.env'), `GRAFANA_TOKEN_ACME=${token}\n`)
  afterAll(() => sweep(project))

  it('is in use within seconds, and reads of an open chat wait for it', async () => {
    const api = await startGrafanaApi({ address: bridgeAddress(), token: 'token-one', name: 'acme' })
    closing({ close: () => api.stop() })
    const document = {
      project,
      network_pool: networkPool(),
      container_settings: { images: { grafana: IMAGE } },
      customers: [{ name: 'Acme', mcp_servers: [{ type: 'grafana', config: { grafana_url: api.url } }] }],
    }
    const config = join(place.folder, 'mcp_servers.json')
    writeFileSync(config, JSON.stringify(document))
    setToken('token-one')
    await supportmax(place, 'trust', '--yes')
    const { child, ended } = startSupportmax(place, 'up', '--watch')
    closing({ close: async () => void child.kill('SIGKILL') })
    let said = ''
    child.stderr?.on('data', text => {
      said += text
    })
    await until('watching', () => said.includes('watching the credentials of 1 server'), 60_000)

    const app = closing(openApp({ config, environment: readEnvironment(place.env) }))
    const [customer] = app.project.customers
    if (!customer) throw new Error('no customer')
    const toolset = await app.toolsetFor(customer)
    let reads = 0
    const read = async () => {
      const { kind, text } = await toolset.call('grafana__list_datasources', {}, { approve: never })
      expect([kind, text]).toEqual(['answered', expect.stringContaining('acme metrics')])
      reads++
    }
    await read()
    api.addToken('token-two')
    setToken('token-two')
    const began = performance.now()
    await until(
      'the new token',
      async () => {
        await Promise.all([read(), read(), read(), read()])
        return api.tokens.includes('token-two')
      },
      60_000,
    )
    const seconds = (performance.now() - began) / 1_000
    // From now on the old token is refused: everything comes with the new one.
    await until('the summary', () => said.includes('1 of 1 ready'), 60_000)
    api.renewToken('token-two')
    await read()
    console.info(`rotation: ${seconds.toFixed(1)} s, ${reads} reads, none failed`)
    expect(said).not.toMatch(/token-(one|two)/)
    child.kill('SIGINT')
    expect((await ended).code).toBe(0)
  })
})

async function never() {
  return { allowed: false as const, reason: 'nobody is asked' }
}
