import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openApp } from '../../src/app.ts'
import { isPortFree } from '../../src/base/machine.ts'
import { readEnvironment } from '../../src/config/env.ts'
import { type Ran, supportmax } from '../helpers/cli.ts'
import { groundMissing, leftOf } from '../helpers/docker.ts'
import { CANARIES, type FirstFile, firstFile } from '../helpers/first-file.ts'
import { until } from '../helpers/until.ts'

const missing = await groundMissing('bridge', 'alertmanager')

interface Status {
  summary: { ready: number; total: number }
  servers: {
    customer: string
    server: string
    state: string
    reason: string
    endpoint: string
    containerId: string
    restarts: number
  }[]
}

/** One test after another on one stack, as a person would go through it. */
describe.skipIf(missing)('the first file, from up to down', () => {
  let world: FirstFile
  const outputs: string[] = []
  const run = async (...args: string[]): Promise<Ran> => {
    const ran = await supportmax(world.place, ...args)
    outputs.push(ran.stdout, ran.stderr)
    return ran
  }
  const status = async (...args: string[]): Promise<Status> =>
    JSON.parse((await run('status', '--json', ...args)).stdout)
  const serverOf = async (customer: string, server: string) => {
    const found = (await status(customer)).servers.find(one => one.server === server)
    if (!found) throw new Error(`${customer}/${server} is not in status`)
    return found
  }
  const inApp = () =>
    openApp({
      config: join(world.place.folder, 'mcp_servers.json'),
      environment: readEnvironment(world.place.env),
    })

  beforeAll(async () => {
    world = await firstFile()
  })
  afterAll(() => world?.end())

  it('starts everything; a server that cannot be ready shows its cause', async () => {
    const up = await run('up', '--timeout', '20')
    expect(up.code, up.stderr).toBe(1)
    const { servers, summary } = await status()
    const states = Object.fromEntries(servers.map(one => [`${one.customer}/${one.server}`, one.state]))
    expect(states).toMatchObject({
      'vattenfall/alertmanager': 'ready',
      'segurcaixa/alertmanager': 'ready',
      'vattenfall/grafana': 'degraded',
      'segurcaixa/grafana': 'degraded',
    })
    expect(['degraded', 'unhealthy']).toContain(states['vattenfall/genesys'])
    expect(summary).toEqual({ ready: 2, total: 5 })
    for (const one of servers.filter(({ state }) => state !== 'ready')) expect(one.reason).not.toBe('')
  })

  it('an unchanged stack is a no-op, and a changed credential recreates only its server', async () => {
    const before = await status()
    expect((await run('up', '--dry-run')).stderr + (await run('up', '--dry-run')).stdout).toMatch(
      /nothing to change/i,
    )
    world.place.env.GRAFANA_TOKEN_VATTENFALL = 'canary-e07-grafana-renewed'
    const dry = await run('up', '--dry-run', '--json')
    expect(dry.stdout).toContain('vattenfall/grafana')
    await run('up', '--timeout', '20')
    const after = await status()
    const changed = after.servers.filter(
      one =>
        before.servers.find(old => old.customer === one.customer && old.server === one.server)
          ?.containerId !== one.containerId,
    )
    expect(changed.map(one => `${one.customer}/${one.server}`)).toEqual(['vattenfall/grafana'])
  })

  it('answers from the customer’s real Alertmanager, and after a switch only from the other customer’s', async () => {
    const app = inApp()
    const session = await app.openSession(() => ({ platform: 'demo' }))
    const firing = async (customerId: string) => {
      const switched = await session.switchTo(customerId)
      if (!switched.ok) throw new Error(switched.reason)
      const text: string[] = []
      const question = { customerId, text: 'Which alerts are firing?', signal: AbortSignal.timeout(30_000) }
      for await (const event of session.ask({
        ...question,
        approve: async () => ({ allowed: false, reason: 'no' }),
      }))
        if (event.type === 'answer') text.push(event.text)
      return text.join('')
    }
    const vattenfall = await firing('vattenfall')
    const segurcaixa = await firing('segurcaixa')
    session.close()
    await app.close()
    expect(vattenfall).toContain('DiskFull')
    expect(vattenfall).not.toContain('TrunkDown')
    expect(segurcaixa).toContain('TrunkDown')
    expect(segurcaixa).not.toContain('DiskFull')
    const headless = await run(
      'chat',
      '--customer',
      'segurcaixa',
      '--platform',
      'demo',
      '-p',
      'Which alerts are firing?',
    )
    expect(headless.code, headless.stderr).toBe(0)
    expect(headless.stdout).toContain('TrunkDown')
  })

  it('a read in flight is answered although its server is killed, once the engine has restarted it', async () => {
    const app = inApp()
    const customer = app.project.customers.find(one => one.id === 'vattenfall')
    if (!customer) throw new Error('no customer')
    const toolset = await app.toolsetFor(customer)
    const { containerId } = await serverOf('vattenfall', 'alertmanager')
    const allow = async () => ({ allowed: true as const })
    const list = () =>
      toolset.call('alertmanager__list_alerts', {}, { approve: allow, signal: AbortSignal.timeout(30_000) })
    expect((await list()).kind).toBe('answered')
    process.kill(world.alertmanagers.vattenfall.pid, 'SIGSTOP')
    const call = list()
    try {
      await until('the call has reached the server', () =>
        hasConnectionTo(world.alertmanagers.vattenfall.url),
      )
      process.kill(mainProcessOf(containerId), 'SIGKILL')
    } finally {
      process.kill(world.alertmanagers.vattenfall.pid, 'SIGCONT')
    }
    const outcome = await call
    expect(outcome.kind, outcome.text).toBe('answered')
    await until(
      'the engine has restarted it',
      async () => (await serverOf('vattenfall', 'alertmanager')).state === 'ready',
    )
    const again = await list()
    expect(again.kind, again.text).toBe('answered')
    expect((await serverOf('vattenfall', 'alertmanager')).restarts).toBe(1)
    await app.close()
  })

  it('after docker kill, status shows stopped, how it ended, and what to run', async () => {
    execFileSync('docker', ['kill', (await serverOf('segurcaixa', 'alertmanager')).containerId])
    const server = await until('it is stopped', async () => {
      const found = await serverOf('segurcaixa', 'alertmanager')
      return found.state === 'stopped' && found
    })
    expect(server.reason).toContain('137')
    expect((await run('status', 'segurcaixa')).stdout).toContain(' up segurcaixa`')
    expect((await run('status', '--check', 'segurcaixa')).code).toBe(1)
    await run('up', 'segurcaixa', '--timeout', '20')
    expect((await serverOf('segurcaixa', 'alertmanager')).state).toBe('ready')
  })

  it('shows a secret only to the server that it is for', async () => {
    await run('logs', 'vattenfall')
    await run('restart', 'segurcaixa', 'grafana')
    await run('config', 'validate', '--json')
    await run('customers', '--json')
    await run('compose', 'generate', '--stdout')
    const { tokens: named } = JSON.parse(readFileSync(tokensFile(world.place.folder), 'utf8')) as {
      tokens: Record<string, string>
    }
    const tokens = Object.values(named)
    expect(tokens).toHaveLength(5)
    const secrets = [...Object.values(CANARIES), 'canary-e07-grafana-renewed', ...tokens]
    for (const secret of secrets) {
      expect(outputs.filter(text => text.includes(secret))).toEqual([])
      const files = filesBelow(world.place.folder).filter(path => readFileSync(path, 'utf8').includes(secret))
      expect(files.filter(path => !/mcp_credentials\.env$|tokens\.json$/.test(path))).toEqual([])
      expect(processesShowing(secret)).toEqual([])
    }
    const { servers } = await status()
    for (const { customer, server, containerId } of servers) {
      const inspected = execFileSync('docker', ['inspect', containerId], { encoding: 'utf8' })
      const foreign = Object.entries(CANARIES).filter(([name]) => !isFor(name, customer, server))
      for (const [, value] of foreign) expect(inspected, `${customer}/${server}`).not.toContain(value)
    }
  })

  it('down leaves no container, network, process or port', async () => {
    const { servers } = await status()
    const down = await run('down')
    expect(down.code, down.stderr).toBe(0)
    expect(leftOf(world.project)).toBe('')
    for (const { endpoint } of servers) expect(await isPortFree(Number(new URL(endpoint).port))).toBe(true)
    expect((await run('down')).code).toBe(0)
    const after = await status()
    expect(after.servers.every(one => one.state === 'stopped')).toBe(true)
  })
})

/** `init: true` puts a tiny init before the server: killing it is killing the container's main process. */
function mainProcessOf(containerId: string): number {
  return Number(
    execFileSync('docker', ['inspect', '-f', '{{.State.Pid}}', containerId], { encoding: 'utf8' }),
  )
}

/** Whether a connection to this URL's port waits with unread bytes: its reader is stopped. */
function hasConnectionTo(url: string): boolean {
  const port = Number(new URL(url).port).toString(16).toUpperCase().padStart(4, '0')
  return readFileSync('/proc/net/tcp', 'utf8')
    .split('\n')
    .map(line => line.trim().split(/\s+/))
    .some(
      fields => fields[1]?.endsWith(`:${port}`) && fields[3] === '01' && !fields[4]?.endsWith(':00000000'),
    )
}

function tokensFile(folder: string): string {
  const found = filesBelow(folder).find(path => path.endsWith('tokens.json'))
  if (!found) throw new Error('no tokens.json')
  return found
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map(name => join(folder, name))
    .filter(path => statSync(path).isFile())
}

function processesShowing(secret: string): string[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name) && name !== String(process.pid))
    .filter(pid => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(secret)
      } catch {
        return false
      }
    })
}

function isFor(name: string, customer: string, server: string): boolean {
  return name.startsWith(server.toUpperCase()) && name.endsWith(customer.toUpperCase())
}
