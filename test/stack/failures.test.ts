import { chmodSync, mkdirSync, statSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type App, openApp } from '../../src/app.ts'
import { readEnvironment } from '../../src/config/env.ts'
import { down } from '../../src/stack/down.ts'
import { status } from '../../src/stack/look/status.ts'
import { up } from '../../src/stack/up/up.ts'
import { newFolder } from '../helpers/folder.ts'

let folder: string
const opened: App[] = []

beforeEach(() => {
  folder = newFolder()
  configure({})
})

afterEach(async () => {
  await takeDown()
  for (const app of opened.splice(0)) await app.close()
})

const QUIET = { timeoutMs: 1_000, emit: () => {} }

/** One customer with a Grafana, whose server is a program of somebody else's. */
function configure(more: object): void {
  const grafana = { type: 'grafana', config: { grafana_url: 'http://127.0.0.1:9' }, ...more }
  const document = { project: 'failing', customers: [{ name: 'Acme', mcp_servers: [grafana] }] }
  writeFileSync(join(folder, 'mcp_servers.json'), JSON.stringify(document))
}

/** A new run of the program; its PATH has only `bin` in the test's folder. */
function run(): App {
  const variables = {
    PATH: [join(folder, 'bin'), '/usr/bin', '/bin'].join(delimiter),
    HOME: folder,
    XDG_STATE_HOME: join(folder, 'state'),
    GRAFANA_TOKEN_ACME: 'not-a-secret-token',
  }
  const config = join(folder, 'mcp_servers.json')
  const app = openApp({ config, runtime: 'local', environment: readEnvironment(variables) })
  opened.push(app)
  return app
}

async function start(): Promise<void> {
  const { stack, project } = run()
  const how = { scope: 'all', mode: 'apply', until: 'started', command: 'up' } as const
  await up(stack, { ...QUIET, ...how, customers: project.customers })
}

async function takeDown(): Promise<void> {
  await down(run().stack, { ...QUIET, customers: undefined, command: 'down' })
}

async function row() {
  const { stack, project } = run()
  const report = await status(stack, project.customers, { strays: 'left-out' })
  const { state, reason, hint, failedAt } = report.servers[0] ?? {}
  return { state, reason, hint, failedAt }
}

const PLAIN = { state: 'stopped', reason: 'not started', hint: 'run `supportmax up acme`', failedAt: null }

describe('a server that could not be started', () => {
  it('keeps its reason and hint for later runs of status', async () => {
    expect(await row()).toEqual(PLAIN)
    await start()
    expect(await row()).toEqual({
      state: 'stopped',
      reason: expect.stringMatching(/^not started: the program \S+ is not installed$/),
      hint: expect.stringContaining('mcp-grafana'),
      failedAt: expect.stringMatching(/^\d{4}-/),
    })
    const file = join(run().stack.state.folder, 'failures.json')
    expect(statSync(file).mode & 0o777).toBe(0o600)
  })

  it('forgets them once its definition changes', async () => {
    await start()
    configure({ config: { grafana_url: 'http://127.0.0.1:9', org_id: 2 } })
    expect(await row()).toEqual(PLAIN)
  })

  it('forgets them on down', async () => {
    await start()
    await takeDown()
    expect(await row()).toEqual(PLAIN)
  })

  it('forgets them once it starts', async () => {
    await start()
    const [command] = commandOf(run())
    mkdirSync(join(folder, 'bin'))
    writeFileSync(join(folder, 'bin', command), '#!/bin/sh\nexit 7\n')
    chmodSync(join(folder, 'bin', command), 0o755)
    await start()
    expect((await row()).reason).not.toContain('not installed')
    expect((await row()).failedAt).toBeNull()
  })
})

function commandOf(app: App): [string] {
  const local = app.project.customers[0]?.servers[0]?.local
  if (local?.kind !== 'command') throw new Error('not a program of somebody else')
  return [local.command[0] ?? '']
}
