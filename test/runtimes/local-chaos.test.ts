import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { processTable } from '../../src/base/machine.ts'
import { openLocal } from '../../src/runtimes/local/open.ts'
import type { Start } from '../../src/runtimes/runtime.ts'
import { newFolder } from '../helpers/folder.ts'
import { freePort } from '../helpers/ports.ts'
import { aServer, aStart } from '../helpers/server.ts'
import { until } from '../helpers/until.ts'

const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url))

async function twoStarts(): Promise<Start[]> {
  const start = async (customer: string) => {
    const command = [process.execPath, fixture('kept-program.ts')]
    const local = { kind: 'command' as const, command, install: '' }
    const args = ['--port', { template: '{port}' }]
    return aStart(aServer({ customer, local, args }), { hostPort: await freePort() })
  }
  return [await start('acme'), await start('globex')]
}

/** Starts both servers from a separate process, and kills that process `ms` after it has begun. */
async function upKilledAfter(ms: number, stateDir: string, starts: Start[]): Promise<void> {
  const cli = spawn(process.execPath, [fixture('up-local.ts')], { stdio: ['pipe', 'pipe', 'inherit'] })
  const ended = new Promise(resolve => cli.once('exit', resolve))
  cli.stdin.end(JSON.stringify({ stateDir, starts }))
  await new Promise(resolve => cli.stdout.once('data', resolve))
  await delay(ms)
  cli.kill('SIGKILL')
  await ended
}

/** Waits until two observations agree: by then, a keeper that was starting is either recorded or gone. */
async function settled(runtime: ReturnType<typeof openLocal>) {
  const look = async () => JSON.stringify((await runtime.observe()).servers)
  let before = await look()
  await until('two looks agree', async () => {
    await delay(300)
    const now = await look()
    const agree = now === before
    before = now
    return agree
  })
}

const isMarked = (stateDir: string) => (pid: number) => {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`SUPPORTMAX_OWNER=${stateDir}`)
  } catch {
    return false
  }
}

/** A state folder with two servers, some of which were started by an `up` that was killed after `ms`. */
async function killedUp(ms: number) {
  const stateDir = newFolder()
  const runtime = openLocal({
    stateDir,
    stateHome: stateDir,
    configFile: '/x',
    composeFile: '/x/c.yml',
    project: 'x',
    env: { PATH: process.env.PATH },
  })
  const starts = await twoStarts()
  await upKilledAfter(ms, stateDir, starts)
  const marked = () =>
    processTable()
      .map(row => row.pid)
      .filter(isMarked(stateDir))
  return { runtime, starts, marked }
}

describe.skipIf(process.platform !== 'linux')('a command line that is killed in the middle of up', () => {
  it.concurrent.for([0, 15, 30, 60, 90, 130, 180, 250, 400, 700])(
    'leaves nothing that the next down does not end (killed after %i ms)',
    async ms => {
      const { runtime, marked } = await killedUp(ms)
      await settled(runtime)
      const { servers } = await runtime.observe()
      const outcomes = await runtime.down(servers)
      expect(outcomes.filter(outcome => !outcome.ok)).toEqual([])
      expect(marked()).toEqual([])
    },
  )

  it.concurrent.for([20, 70, 150])(
    'does not keep the next up from converging (killed after %i ms)',
    async ms => {
      const { runtime, starts, marked } = await killedUp(ms)
      expect((await runtime.up(starts)).every(outcome => outcome.ok)).toBe(true)
      await settled(runtime)
      const { servers } = await runtime.observe()
      expect(servers.map(server => server.life)).toEqual(['running', 'running'])
      expect(marked(), 'a keeper and a program for each').toHaveLength(4)
      await runtime.down(servers)
    },
  )
})
