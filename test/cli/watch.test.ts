// `up --watch`: a credential changes while chats are open.

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openApp } from '../../src/app.ts'
import { readEnvironment } from '../../src/config/env.ts'
import type { ConnectionPool } from '../../src/mcp/pool.ts'
import { watchCredentials } from '../../src/stack/up/watch.ts'
import { type Place, placeIn, startSupportmax, supportmax, withoutDocker } from '../helpers/cli.ts'
import { closing } from '../helpers/closing.ts'
import { newFolder } from '../helpers/folder.ts'
import { freePort } from '../helpers/ports.ts'
import { until } from '../helpers/until.ts'

const FIXTURE = fileURLToPath(new URL('../fixtures/stdio-server.ts', import.meta.url))

let place: Place
const run = (...args: string[]) => supportmax(place, ...args)
/** Acme's is in the credentials file; a command prints Beta's. */
const setKeys = (acme: string, beta: string) => {
  writeFileSync(join(place.folder, 'mcp_credentials.env'), `ACME_KEY=${acme}\n`)
  writeFileSync(join(place.folder, 'beta-key'), `${beta}\n`)
}

beforeEach(async () => {
  place = withoutDocker(placeIn(newFolder()))
  const server = async (key: string) => ({
    name: 'files',
    port: await freePort(),
    command: process.execPath,
    args: [FIXTURE, 'well'],
    env: { KEY: `\${${key}}` },
  })
  const document = {
    runtime: 'local',
    secrets: {
      from: { BETA_KEY: { command: ['/bin/cat', 'beta-key'] } },
      cache_seconds: 1,
    },
    customers: [
      { name: 'Acme', mcp_servers: [await server('ACME_KEY')] },
      { name: 'Beta', mcp_servers: [await server('BETA_KEY')] },
    ],
  }
  writeFileSync(join(place.folder, 'mcp_servers.json'), JSON.stringify(document))
  setKeys('first-key-of-acme', 'only-key-of-beta')
  await run('trust', '--yes')
})
afterEach(async () => {
  await run('down')
})

/** What `up --watch` has written until now. */
function watching(): { text: () => string; stop(): Promise<number | undefined> } {
  const { child, ended } = startSupportmax(place, 'up', '--watch')
  closing({ close: async () => void child.kill('SIGKILL') })
  let text = ''
  child.stderr?.on('data', part => {
    text += part
  })
  return {
    text: () => text,
    async stop() {
      child.kill('SIGINT')
      return (await ended).code
    },
  }
}

function openHere() {
  const environment = readEnvironment(place.env)
  return closing(openApp({ config: join(place.folder, 'mcp_servers.json'), environment }))
}

/** An open chat's connections. */
async function connections(): Promise<ConnectionPool> {
  const app = openHere()
  const [customer] = app.project.customers
  if (!customer) throw new Error('no customer')
  return app.connectionsTo(customer)
}

async function keyOf(pool: ConnectionPool, customer: string): Promise<{ key: string; pid: number }> {
  const result = await pool.call({ customer, server: 'files' }, 'environment', {}, { repeatable: true })
  if ('state' in result) throw new Error(`${result.state}: ${result.reason}`)
  const { env, pid } = JSON.parse(result.text)
  return { key: env.KEY, pid }
}

describe('up --watch', () => {
  it('recreates the servers whose credential changed, and no read of an open chat fails', async () => {
    const watcher = watching()
    await until('watching', () => watcher.text().includes('watching the credentials of 2 servers'))
    const pool = await connections()
    const [acme, beta] = [await keyOf(pool, 'acme'), await keyOf(pool, 'beta')]
    expect([acme.key, beta.key]).toEqual(['first-key-of-acme', 'only-key-of-beta'])
    setKeys('second-key-of-acme', 'only-key-of-beta')
    const keys = new Set<string>()
    await until('the new key', async () => {
      // Four at a time. An error would end the test by its reason.
      const seen = await Promise.all([1, 2, 3, 4].map(() => keyOf(pool, 'acme')))
      for (const { key } of seen) keys.add(key)
      return keys.has('second-key-of-acme')
    })
    expect([...keys].sort()).toEqual(['first-key-of-acme', 'second-key-of-acme'])
    expect(await keyOf(pool, 'beta')).toEqual(beta)
    await until('the summary', () => watcher.text().includes('1 of 1 ready'))
    expect(watcher.text()).toMatch(/credential changed: acme\/files\n/)
    expect(watcher.text()).not.toMatch(/(first|second|only)-key/)
    expect(await watcher.stop()).toBe(0)
    expect((await run('status', '--check')).code).toBe(0)
  })

  it('asks a command again when its value is no longer current', async () => {
    const watcher = watching()
    await until('watching', () => watcher.text().includes('watching the credentials of 2 servers'))
    const pool = await connections()
    const before = [await keyOf(pool, 'acme'), await keyOf(pool, 'beta')]
    setKeys('first-key-of-acme', 'second-key-of-beta')
    await until('the new key', async () => (await keyOf(pool, 'beta')).key === 'second-key-of-beta')
    await until('the summary', () => watcher.text().includes('1 of 1 ready'))
    expect(await keyOf(pool, 'acme')).toEqual(before[0])
    expect(watcher.text()).toMatch(/credential changed: beta\/files\n/)
    expect(await watcher.stop()).toBe(0)
  })

  it('reports a credential that is gone, and leaves the server running until it is back', async () => {
    const watcher = watching()
    await until('watching', () => watcher.text().includes('watching the credentials of 2 servers'))
    const before = await keyOf(await connections(), 'acme')
    setKeys('', 'only-key-of-beta')
    await until('told', () => watcher.text().includes('no value for ACME_KEY'))
    setKeys('first-key-of-acme', 'only-key-of-beta')
    await until('told again', () => watcher.text().split('credential changed').length === 3)
    await until('summary', () => watcher.text().split(' of 1 ready').length === 3)
    expect(await keyOf(await connections(), 'acme')).toEqual(before)
    expect(await watcher.stop()).toBe(0)
  })

  it('notices a credential that changed before the watch began', async () => {
    await run('up')
    setKeys('second-key-of-acme', 'only-key-of-beta')
    const { stack, project } = openHere()
    const stop = new AbortController()
    const seen: string[] = []
    await watchCredentials(stack, {
      servers: project.customers.flatMap(one => one.servers),
      signal: stop.signal,
      async onChange(changed) {
        seen.push(...changed.map(one => one.customer))
        stop.abort()
        return true
      },
    })
    expect(seen).toEqual(['acme'])
  })

  it('cannot be combined with a plan or with a start that is not waited for', async () => {
    for (const other of ['--dry-run', '--no-wait']) {
      const { code, stderr } = await run('up', '--watch', other)
      expect([code, stderr]).toEqual([2, `supportmax: --watch cannot be combined with ${other}\n`])
    }
  })
})

describe('without --watch', () => {
  it('status says that a credential has changed, and what to type', async () => {
    await run('up')
    setKeys('second-key-of-acme', 'only-key-of-beta')
    const { stdout } = await run('status', 'acme', '--json')
    const [row] = JSON.parse(stdout).servers
    expect([row.state, row.hint]).toEqual(['ready', 'run `supportmax up acme`'])
    expect(row.reason).toContain('credential changed')
  })
})
