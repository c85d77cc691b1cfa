import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { composeFile } from '../../src/exporters/compose/compose.ts'
import { grantLeases } from '../../src/exporters/compose/leases.ts'
import { openDocker } from '../../src/runtimes/docker/open.ts'
import { aProject, BASE, groundMissing, leftOf, sweep } from '../helpers/docker.ts'
import { newFolder } from '../helpers/folder.ts'
import { freePort } from '../helpers/ports.ts'
import { aServer, aStart } from '../helpers/server.ts'

const missing = await groundMissing()
const FIXTURE = fileURLToPath(new URL('../fixtures/up-docker.ts', import.meta.url))
const SERVE = `require('http').createServer((q, r) => r.end('here')).listen(8888)`

/** Eight servers of four customers, their compose file, and what the runtime is to be told. */
async function ground(folder: string) {
  const image = { kind: 'pull' as const, ref: BASE }
  const servers = ['a', 'b', 'c', 'd'].flatMap(customer =>
    ['one', 'two'].map(name => aServer({ customer, name, image, args: ['node', '-e', SERVE] })),
  )
  const project = aProject(servers, { file: join(folder, 'mcp_servers.json') })
  const ports = new Map<string, number>()
  for (const { customer, name } of servers) ports.set(`${customer}/${name}`, await freePort())
  const leases = grantLeases(project, { ports, subnets: new Map() })
  const made = composeFile(project, { folder, leases })
  const path = join(folder, 'docker-compose.mcps.yml')
  writeFileSync(path, made.text)
  const starts = servers.map(server => {
    const key = `${server.customer}/${server.name}`
    return aStart(server, { hostPort: ports.get(key) ?? 0, definition: made.definitions.get(key) ?? '' })
  })
  return {
    told: {
      project: project.name,
      configFile: project.file,
      composeFile: path,
      stateDir: folder,
      build: project.build,
    },
    starts,
  }
}

async function upKilledAfter(ms: number, told: object): Promise<void> {
  const cli = spawn(process.execPath, [FIXTURE], { stdio: ['pipe', 'pipe', 'inherit'] })
  const ended = new Promise(resolve => cli.once('exit', resolve))
  cli.stdin.end(JSON.stringify(told))
  await new Promise(resolve => cli.stdout.once('data', resolve))
  await delay(ms)
  cli.kill('SIGKILL')
  await ended
}

describe.skipIf(missing)(
  'a command line that is killed in the middle of up, its compose left running',
  () => {
    for (const ms of [10, 150, 400, 800, 1_300, 2_000]) {
      it(`leaves nothing after the next down (killed after ${ms} ms)`, async () => {
        const folder = newFolder()
        const { told, starts } = await ground(folder)
        try {
          await upKilledAfter(ms, { ...told, starts })
          const runtime = await openDocker({ ...told, env: process.env, onCompose: () => {} })
          const outcomes = await runtime.down(
            starts.map(({ server }) => ({ customer: server.customer, server: server.name })),
          )
          expect(outcomes.filter(outcome => !outcome.ok)).toEqual([])
          await delay(1_000) // a compose that was left running would bring something back by then
          expect(leftOf(told.project)).toBe('')
        } finally {
          sweep(told.project)
        }
      })
    }

    it('does not keep the next up from converging', async () => {
      const folder = newFolder()
      const { told, starts } = await ground(folder)
      try {
        await upKilledAfter(600, { ...told, starts: starts.map(start => ({ ...start, cause: 'recreate' })) })
        const runtime = await openDocker({ ...told, env: process.env, onCompose: () => {} })
        const again = starts.map(start => ({ ...start, cause: 'recreate' as const }))
        expect((await runtime.up(again)).filter(outcome => !outcome.ok)).toEqual([])
        const { servers } = await runtime.observe()
        expect(servers.map(server => `${server.customer}/${server.server} ${server.life}`).sort()).toEqual(
          starts.map(({ server }) => `${server.customer}/${server.name} running`).sort(),
        )
        expect(servers.every(server => server.definition !== '')).toBe(true)
        await runtime.down(servers)
        expect(leftOf(told.project)).toBe('')
      } finally {
        sweep(told.project)
      }
    })
  },
)
