import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { packagedTypeSchema } from '../../src/catalog/packaged.ts'
import { launch } from '../../src/config/launch.ts'
import { needsConsent, type Server } from '../../src/config/project.ts'
import { catalogPackage } from '../../src/config/resolve/servers/packaged.ts'
import { composeFile } from '../../src/exporters/compose/compose.ts'
import { readLock } from '../../src/packages/lock/read.ts'
import { projectOf } from '../helpers/projects.ts'

const folder = fileURLToPath(new URL('../../templates/mcp-types/', import.meta.url))
const types = readdirSync(folder)
  .map(name => JSON.parse(readFileSync(join(folder, name), 'utf8')))
  .filter(type => 'package' in type.image)
  .map(type => packagedTypeSchema().parse(type))
const each = types.map(type => [type.type, type] as const)

const documentOf = (server: object, more: object = {}) => ({
  customers: [{ name: 'Acme', mcp_servers: [server], ...more }],
})

function serverOf(server: object, more: object = {}): Server {
  const [found] = projectOf(documentOf(server, more)).customers.flatMap(one => one.servers)
  if (!found) throw new Error('no server')
  return found
}

const HERE = { address: '127.0.0.1', port: 8888, hostPort: 1, caFile: undefined }

describe('a type that is a package', () => {
  it.each(each)('%s has a lock that comes with supportmax', (_, type) => {
    const source = catalogPackage(type.image)
    expect(readLock(source)).toMatchObject({ state: 'locked', version: source.version ?? 'an exact one' })
  })

  it.each(each)('%s trusts and calls only tools that it has', (_, type) => {
    const named = [...type.readOnly.tools, ...(type.smoke ? [type.smoke.tool] : [])]
    expect(named.filter(tool => !(type.tools ?? []).includes(tool))).toEqual([])
  })

  it('gets its settings behind the bridge, and needs no consent', () => {
    const config = { token_env: 'SENTRY_TOKEN', host: 'sentry.example.com' }
    const server = serverOf({ type: 'sentry', config })
    expect(needsConsent(server)).toBe(false)
    const { args, env } = launch(server, HERE)
    expect(args).toEqual(['--disable-skills=seer', '--host', 'sentry.example.com'])
    expect(env).toContainEqual({ name: 'CHILD_SENTRY_ACCESS_TOKEN', credential: 'SENTRY_TOKEN' })
    expect(env).toContainEqual({ name: 'CHILD_DO_NOT_TRACK', value: '1' })
    expect(env).toContainEqual({ name: 'MCP_PORT', value: '8888' })
  })

  it('sees a folder of its settings where it is mounted', () => {
    const entry = { type: 'filesystem', config: { folder: 'runbooks' } }
    expect(launch(serverOf(entry), HERE).args).toEqual([expect.stringMatching(/^\/.*\/runbooks$/)])
    const leases = {
      ports: new Map([['acme/filesystem', 10_901]]),
      subnets: new Map([['acme', '10.213.0.0/28']]),
    }
    const { text } = composeFile(projectOf(documentOf(entry)), { folder: '/', leases })
    expect(text).toContain('command:\n      - "/mnt/folder"')
    expect(text).toContain('target: "/mnt/folder"')
  })

  it('has a process for each session if it keeps something between calls, as a browser does', () => {
    const own = { name: 'MCP_OWN_SESSIONS', value: '4' }
    expect(launch(serverOf({ type: 'playwright' }), HERE).env).toContainEqual(own)
    expect(launch(serverOf({ type: 'time' }), HERE).env).not.toContainEqual(own)
  })

  it('is started read-only for a read-only customer, where it can be', () => {
    expect(serverOf({ type: 'pagerduty' }).args).toEqual([])
    expect(serverOf({ type: 'pagerduty' }, { access: 'read-write' }).args).toEqual(['--enable-write-tools'])
  })
})
