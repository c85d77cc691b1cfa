// Addresses that mean this machine, which a container cannot reach.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { loopbackFault } from '../../src/config/document/loopback.ts'
import { interpretProject } from '../../src/config/load.ts'
import { loopbackObstacle } from '../../src/runtimes/docker/loopback.ts'
import { placeIn, supportmax } from '../helpers/cli.ts'
import { newFolder } from '../helpers/folder.ts'
import { projectOf } from '../helpers/projects.ts'

const acme = (server: object, more: object = {}) => ({
  ...more,
  customers: [{ name: 'Acme', mcp_servers: [server] }],
})
const alertmanager = (url: string, more: object = {}) => ({
  type: 'alertmanager',
  config: { alertmanager_url: url },
  ...more,
})
const obstacleOf = (document: object) => {
  const [server] = projectOf(document).customers[0]?.servers ?? []
  return server && loopbackObstacle(server)
}

describe('an address that a container cannot reach', () => {
  it.each([
    'localhost',
    'localhost.',
    'am.localhost',
    '127.0.0.1',
    '127.1.2.3',
    '0.0.0.0',
    '[::1]',
    '[::]',
    '[::ffff:127.0.0.1]',
  ])('is %s', host => {
    expect(loopbackFault(new URL(`http://${host}:9093`).hostname)?.message).toContain('the container itself')
  })

  it.each([
    'localhost.example',
    '127.0.0.1.example',
    'host.docker.internal',
    '10.0.0.1',
    '[2001:db8::1]',
    'mylocalhost',
  ])('is not %s', host => {
    expect(loopbackFault(new URL(`http://${host}:9093`).hostname)).toBeUndefined()
  })

  it('keeps a server from starting under Docker, which its place in the file explains', () => {
    const place = 'customers[0].mcp_servers[0].config.alertmanager_url'
    expect(obstacleOf(acme(alertmanager('http://localhost:9093')))).toEqual({
      reason: expect.stringMatching(/mcp_servers\.json:1:\d+: .*: under Docker, localhost is the container/),
      hint: 'use http://host.docker.internal:… with "extra_hosts": ["host.docker.internal:host-gateway"], or "runtime": "local"',
    })
    expect(obstacleOf(acme(alertmanager('http://localhost:9093')))?.reason).toContain(place)
  })

  it('can be derived from a host, and be that of a proxy', () => {
    const derived = { customers: [{ name: 'A', host: '127.0.0.1', mcp_servers: [{ type: 'alertmanager' }] }] }
    expect(obstacleOf(derived)?.reason).toContain('under Docker, 127.0.0.1 is the container itself')
    const proxied = alertmanager('http://am.example:9093', { proxy: 'http://localhost:3128' })
    expect(obstacleOf(acme(proxied))?.reason).toContain(
      'mcp_servers[0].proxy: under Docker, the proxy localhost is the container itself',
    )
  })

  it('is fine for an external server, which is called from this machine', () => {
    const external = {
      type: 'alertmanager',
      url: 'http://localhost:8888/mcp',
      proxy: 'http://localhost:3128',
    }
    expect(obstacleOf(acme(external, { runtime: 'docker' }))).toBeUndefined()
  })

  it.each([
    ['auto', undefined, 0],
    ['local', undefined, 0],
    ['docker', undefined, 1],
    ['docker', 'local', 0],
    ['auto', 'docker', 1],
  ] as const)('with runtime %s and --runtime %s makes %i errors', (runtime, option, count) => {
    const text = JSON.stringify(acme(alertmanager('http://localhost:9093'), { runtime }))
    expect(interpretProject('f.json', text, { runtime: option }).errors).toHaveLength(count)
  })
})

describe('a file with such an address, with runtime auto', () => {
  const run = (...args: string[]) => {
    const place = placeIn(newFolder())
    writeFileSync(
      join(place.folder, 'mcp_servers.json'),
      JSON.stringify(acme(alertmanager('http://[::1]:9093'))),
    )
    return supportmax(place, ...args)
  }

  it('is valid with a warning', async () => {
    const { code, stderr } = await run('config', 'validate')
    expect([code, stderr]).toEqual([0, expect.stringMatching(/^warning: .*under Docker, \[::1\] is the/)])
  })

  it('makes no compose file', async () => {
    const { code, stderr } = await run('compose', 'generate')
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/^mcp_servers.json:1:.*under Docker, \[::1\] is/),
    ])
  })
})
