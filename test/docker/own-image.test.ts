// An image of one's own in place of a type's, on a real engine: a server of two customers that knows no token.
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Place, placeIn, supportmax } from '../helpers/cli.ts'
import { BASE, groundMissing, leftOf, networkPool, projectName, sweep } from '../helpers/docker.ts'
import { newFolder } from '../helpers/folder.ts'

const missing = await groundMissing()
const IMAGE = 'supportmax-test/tokenless:1'
const PAGES = 'supportmax-test/no-mcp:1'

describe.skipIf(missing)('an image that overrides its type', () => {
  let place: Place
  const project = projectName()
  const start = 21_000 + ((process.pid * 30) % 9_000)
  const run = (...args: string[]) => supportmax(place, ...args)
  const rows = async (): Promise<Record<string, string>[]> =>
    JSON.parse((await run('status', '--json')).stdout).servers

  beforeAll(() => {
    const folder = newFolder()
    build(IMAGE, readFileSync(new URL('../fixtures/tokenless-mcp.ts', import.meta.url), 'utf8'))
    build(
      PAGES,
      `require('http').createServer((q, r) => r.writeHead(404, { 'content-type': 'text/html' }).end('<title>Nothing here</title>')).listen(8888)`,
      'js',
    )
    place = placeIn(folder)
    const settings = {
      images: { alertmanager: IMAGE, genesys: PAGES },
      port_ranges: { alertmanager: { start }, genesys: { start: start + 10 } },
    }
    const alertmanager = { type: 'alertmanager', config: { alertmanager_url: 'http://am.example:9093' } }
    const genesys = { type: 'genesys', config: { region: 'mypurecloud.de' } }
    const customers = [
      { name: 'Acme', mcp_servers: [alertmanager, genesys] },
      { name: 'Beta', mcp_servers: [alertmanager] },
    ]
    const document = { project, network_pool: networkPool(), container_settings: settings, customers }
    writeFileSync(join(folder, 'mcp_servers.json'), JSON.stringify(document))
    writeFileSync(
      join(folder, 'mcp_credentials.env'),
      'GENESYS_CLIENT_ID_ACME=id-of-acme\nGENESYS_CLIENT_SECRET_ACME=secret-of-acme\n',
      { mode: 0o600 },
    )
  })
  afterAll(() => sweep(project))

  it('is ready with its own tools, with a warning if it checks no token; what is no MCP server is named', async () => {
    const early = await run('up', '--timeout', '15')
    expect(early.stderr).toContain(`it runs an image that you have not allowed: ${IMAGE}`)
    await run('trust', '--yes')
    const up = await run('up', '--timeout', '15')
    expect(up.code, up.stderr).toBe(1)
    const [acme, genesys, beta] = await rows()
    for (const row of [acme, beta])
      expect(row).toMatchObject({
        state: 'ready',
        reason: `1 tool; the system behind the server was not checked: the image ${IMAGE} has no tool "get_status"; it does not check its token: every program of this machine can use it`,
      })
    expect(genesys).toMatchObject({ state: 'unhealthy', reason: expect.stringContaining(`(image ${PAGES})`) })
    expect(up.stderr).toContain('does not check its token')
    expect(up.stderr).toContain(PAGES)
  })

  it('answers each customer from that customer’s container, and never gets a token', async () => {
    for (const [customer, row] of [
      ['acme', (await rows())[0]],
      ['beta', (await rows())[2]],
    ] as const) {
      const ran = await run('tools', 'call', customer, 'alertmanager', 'where_am_i')
      expect(ran.code, ran.stderr).toBe(0)
      expect(ran.stdout).toContain(row?.containerId)
      expect(ran.stdout).not.toContain('‹hidden›')
    }
  })

  it('passes smoke checks without its type’s test call, which says that nothing was called', async () => {
    const smoke = await run('smoke', 'beta', '--keep')
    expect(smoke.code, smoke.stderr).toBe(0)
    expect(smoke.stdout).toContain(`not checked: the image ${IMAGE} has no tool "get_status"`)
  })

  it('is not confused with another program on its port', async () => {
    const [acme] = await rows()
    const { port } = new URL(acme?.endpoint ?? '')
    execFileSync('docker', ['kill', acme?.containerId ?? ''], { stdio: 'ignore' })
    const thief = execFileSync(
      'docker',
      ['run', '-d', '--label', `supportmax.project=${project}`, '-p', `127.0.0.1:${port}:8888`, IMAGE],
      { encoding: 'utf8' },
    ).trim()
    expect((await rows())[0]).toMatchObject({ state: 'stopped' })
    expect((await run('tools', 'call', 'acme', 'alertmanager', 'where_am_i')).code).toBe(1)
    const { stdout } = await run('tools', 'call', 'beta', 'alertmanager', 'where_am_i')
    expect(stdout).not.toContain(thief.slice(0, 12))
    execFileSync('docker', ['rm', '-f', thief], { stdio: 'ignore' })
  })

  it('is gone after down', async () => {
    expect((await run('down')).code).toBe(0)
    expect(leftOf(project)).toBe('')
  })
})

function build(ref: string, program: string, ending = 'ts'): void {
  const folder = newFolder()
  writeFileSync(join(folder, `server.${ending}`), program)
  writeFileSync(
    join(folder, 'Dockerfile'),
    `FROM ${BASE}\nCOPY server.${ending} /app/\nCMD ["node","/app/server.${ending}"]\n`,
  )
  execFileSync('docker', ['build', '-q', '-t', ref, folder], { stdio: 'ignore' })
}
