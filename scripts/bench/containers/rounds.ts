// `supportmax up` and `status` of 36 containers beside `docker compose up` and `compose ps`, in interleaved rounds. Both
// sides are measured to the moment at which all 36 servers answer an MCP request with their token.

import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { pause } from '../../../src/base/waiting/wait.ts'
import { ownImage } from '../../../src/catalog/own-image.ts'
import { findEngine } from '../../../src/runtimes/docker/open.ts'
import { BASE, grafanaImage, NAME_PREFIX, sweep } from '../../../test/helpers/docker.ts'
import { type Figure, median, milliseconds } from '../figure.ts'
import { PROJECT, SERVERS, startBenchWorld } from './world.ts'

const ROUNDS = 5
const program = fileURLToPath(new URL('../../../bin/supportmax.js', import.meta.url))
const baseline = fileURLToPath(new URL('baseline.yml', import.meta.url))

/** @param folder for the configuration and the state. Empty, with a note on stderr, where no engine answers. */
export async function containerFigures(folder: string): Promise<Figure[]> {
  if ((await findEngine(process.env)).state !== 'answers' || process.platform !== 'linux') {
    console.error('skipped: up and status of 36 containers (no Docker engine on this Linux answers)')
    return []
  }
  const image = await mirrored(grafanaImage())
  const world = await startBenchWorld(folder, image)
  const images = { BENCH_GRAFANA_IMAGE: image, ...ownImages() }
  const urls = { BENCH_DEMO_URL: world.urls.demo, BENCH_GRAFANA_URL: world.urls.grafana }
  const env = { ...process.env, XDG_STATE_HOME: folder, ...world.credentials, ...images, ...urls }
  const run = commands(folder, env as Record<string, string>)
  try {
    return await figuresOf(run)
  } finally {
    await run.down()
    sweep(PROJECT)
    await world.close()
  }
}

/** The image under the name that a mirror would give it, so that it is treated like the catalogue's own. */
async function mirrored({ ref, real }: ReturnType<typeof grafanaImage>): Promise<string> {
  const mirror = 'supportmax-bench/grafana/mcp-grafana:2.1.1'
  if (!real) return ref
  await execute('docker', ['tag', ref, mirror])
  return mirror
}

function ownImages() {
  const ref = (name: string) => ownImage(name, { base: BASE, namePrefix: NAME_PREFIX })
  return { BENCH_ALERTMANAGER_IMAGE: ref('alertmanager'), BENCH_GENESYS_IMAGE: ref('genesys') }
}

type Run = ReturnType<typeof commands>

function commands(folder: string, env: Record<string, string>) {
  const supportmax = (...args: string[]) => end(process.execPath, [program, ...args], { cwd: folder, env })
  const docker = (...args: string[]) => end('docker', args, { cwd: folder, env })
  const compose = (file: string) => ['compose', '-p', PROJECT, '--env-file', '/dev/null', '-f', file]
  const ours = join(folder, 'docker-compose.mcps.yml')
  return {
    trust: () => supportmax('trust', '--yes', '--quiet'),
    up: () => supportmax('up', '--quiet'),
    status: () => supportmax('status', '--check', '--quiet'),
    ps: () => docker(...compose(ours), 'ps'),
    /** Where a healthcheck misses its start period, compose would wait for the next one, 5 minutes later. */
    composeUp: (file: 'ours' | 'baseline') =>
      docker(
        ...compose(file === 'ours' ? ours : baseline),
        'up',
        '-d',
        '--wait',
        '--wait-timeout',
        '60',
      ).catch(() =>
        console.error(`compose with ${file} gave up waiting: counted until all servers answered`),
      ),
    down: () => supportmax('down', '--quiet'),
  }
}

const execute = promisify(execFile)

/** Runs a command to its end; throws with its output if it fails. */
async function end(
  command: string,
  args: string[],
  how: { cwd: string; env: Record<string, string> },
): Promise<void> {
  await execute(command, args, { ...how, maxBuffer: 10_000_000 })
}

async function figuresOf(run: Run): Promise<Figure[]> {
  // Builds the images, writes the compose file, and shows that everything works.
  await run.trust()
  await run.up()
  await run.down()
  const seconds = { up: [], upExit: [], baseline: [], ours: [], status: [], ps: [] } as Record<
    'up' | 'upExit' | 'baseline' | 'ours' | 'status' | 'ps',
    number[]
  >
  for (let round = 0; round < ROUNDS; round++) {
    const ours = await untilAllAnswer(run.up)
    seconds.up.push(ours.answered)
    seconds.upExit.push(ours.ended)
    for (let look = 0; look < 3; look++) {
      seconds.status.push(await timed(run.status))
      seconds.ps.push(await timed(run.ps))
    }
    await run.down()
    for (const file of ['baseline', 'ours'] as const) {
      const { answered, ended } = await untilAllAnswer(() => run.composeUp(file))
      seconds[file].push(ended < 60_000 ? Math.max(answered, ended) : answered)
      await run.down()
    }
    console.error(`round ${round + 1}: ${JSON.stringify(lastOf(seconds))}`)
  }
  return [
    ratio(
      '36 containers: up : compose up --wait, its file with healthchecks',
      '<= 1.0',
      seconds.upExit,
      seconds.baseline,
    ),
    ratio(
      '36 containers: up, until all answer : compose up --wait, the same file',
      '-',
      seconds.up,
      seconds.ours,
    ),
    ratio('36 containers: status : docker compose ps', '<= 3', seconds.status, seconds.ps),
  ]
}

function lastOf(seconds: Record<string, number[]>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(seconds).map(([name, all]) => [name, milliseconds(all.at(-1) ?? 0)]),
  )
}

function ratio(what: string, aim: string, ours: number[], theirs: number[]): Figure {
  const [a, b] = [median(ours), median(theirs)]
  return { what, aim, figure: (a / b).toFixed(2), behind: `${milliseconds(a)} : ${milliseconds(b)}` }
}

async function timed(work: () => Promise<void>): Promise<number> {
  const began = performance.now()
  await work()
  return performance.now() - began
}

/** Milliseconds until `work` has ended, and until each server has answered. */
async function untilAllAnswer(work: () => Promise<void>): Promise<{ answered: number; ended: number }> {
  const began = performance.now()
  const passed = () => performance.now() - began
  const [ended, answered] = await Promise.all([
    work().then(passed),
    Promise.all(SERVERS.map(untilAnswers)).then(passed),
  ])
  return { answered, ended }
}

const INITIALIZE = JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'bench', version: '1' } },
})

async function untilAnswers({ port, token }: (typeof SERVERS)[number]): Promise<void> {
  const headers = {
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
  }
  for (;;) {
    try {
      const answer = await fetch(`http://127.0.0.1:${port}/mcp`, {
        method: 'POST',
        headers,
        body: INITIALIZE,
      })
      await answer.text()
      if (answer.ok) return
    } catch {
      // It does not listen yet.
    }
    await pause(250)
  }
}
