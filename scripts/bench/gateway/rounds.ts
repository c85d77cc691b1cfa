// The gateway beside a direct connection and the lean pass-through, in interleaved rounds over the same three servers.

import type { ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { freePort } from '../../../test/helpers/ports.ts'
import { type Figure, median } from '../figure.ts'
import { type Caller, openCaller } from './caller.ts'
import { everythingServers, megabytes, openProcesses, PROGRAM, project } from './processes.ts'
import { startFigures } from './starts.ts'

const NAMES = ['alpha', 'beta', 'gamma']
const ROUNDS = 9
const CALLS = 400
/**
 * Every leg has the same revision, because they differ in cost. The second is what stock clients of the older era ask for: in
 * it, the reference server sends an event before each answer, and its adapter waits on a timer.
 */
const VERSIONS = ['2025-06-18', '2025-11-25']

/** @param folder a folder of this run alone */
export async function gatewayFigures(folder: string): Promise<Figure[]> {
  const figures: Figure[] = []
  for (const version of VERSIONS)
    figures.push(...(await figuresAt(version, join(folder, `gateway-${version}`))))
  return [...figures, ...(await startFigures(join(folder, 'starts')))]
}

async function figuresAt(version: string, folder: string): Promise<Figure[]> {
  const processes = openProcesses(folder)
  try {
    const servers = await everythingServers(processes, NAMES)
    const asked = servers.map(server => ({ ...server, newest_protocol: version }))
    const { config, token } = project(processes, folder, asked)
    const [lean, ours] = [await freePort(), await freePort()]
    const upstreams = servers.map(({ name, url }) => `${name}=${url}`)
    const leanProcess = await processes.start(
      ['scripts/bench/gateway/lean.ts', String(lean), version, ...upstreams],
      /listening/,
    )
    const words = [PROGRAM, '--config', config, 'serve', '--port', String(ours)]
    const ourProcess = await processes.start(words, /serving/)
    const door = `http://127.0.0.1:${ours}/customers/acme/mcp`
    const contestants: Contestant[] = [
      { name: 'direct', caller: await openCaller(servers[0]?.url ?? '', version), tool: 'echo' },
      { name: 'lean', caller: await openCaller(`http://127.0.0.1:${lean}/`, version), tool: 'alpha__echo' },
      { name: 'ours', caller: await openCaller(door, version, token), tool: 'alpha__echo' },
    ]
    const figures = await compared(contestants)
    figures.push(memoryFigure(leanProcess, ourProcess))
    await Promise.all(contestants.map(({ caller }) => caller.close()))
    return figures.map(figure => ({ ...figure, what: `${version}: ${figure.what}` }))
  } finally {
    await processes.end()
  }
}

interface Contestant {
  name: string
  caller: Caller
  tool: string
}

async function compared(contestants: Contestant[]): Promise<Figure[]> {
  const p50 = new Map<string, number[]>(contestants.map(({ name }) => [name, []]))
  const rates = new Map<string, number[]>(contestants.map(({ name }) => [name, []]))
  const rates64 = new Map<string, number[]>(contestants.map(({ name }) => [name, []]))
  for (const { caller, tool } of contestants)
    for (let n = 0; n < CALLS; n++) await caller.call(tool, { message: 'warm' })
  for (let round = 0; round < ROUNDS; round++)
    for (const one of contestants) {
      p50.get(one.name)?.push(await latency(one))
      rates.get(one.name)?.push(await throughput(one, 16))
      rates64.get(one.name)?.push(await throughput(one, 64))
    }
  const of = (figures: Map<string, number[]>, name: string) => median(figures.get(name) ?? [])
  const [direct, lean, ours] = ['direct', 'lean', 'ours'].map(name => of(p50, name)) as [
    number,
    number,
    number,
  ]
  return [
    {
      what: 'a call through the gateway : lean pass-through, p50',
      figure: (ours / lean).toFixed(2),
      aim: '<= 1.1',
      behind: `${ours.toFixed(2)} ms : ${lean.toFixed(2)} ms; direct ${direct.toFixed(2)} ms`,
    },
    ...(
      [
        [16, rates],
        [64, rates64],
      ] as const
    ).map(([count, figures]) => ({
      what: `calls a second at ${count} at once, gateway : lean`,
      figure: (of(figures, 'ours') / of(figures, 'lean')).toFixed(2),
      aim: '>= 0.9',
      behind: `${Math.round(of(figures, 'ours'))} : ${Math.round(of(figures, 'lean'))}; direct ${Math.round(of(figures, 'direct'))}`,
    })),
  ]
}

/** Milliseconds of one call at a time, median. */
async function latency({ caller, tool }: Contestant): Promise<number> {
  const times: number[] = []
  for (let n = 0; n < CALLS; n++) {
    const began = performance.now()
    await caller.call(tool, { message: 'hello' })
    times.push(performance.now() - began)
  }
  return median(times)
}

/** Calls a second. */
async function throughput({ caller, tool }: Contestant, atOnce: number): Promise<number> {
  const began = performance.now()
  let left = CALLS * 2
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      while (left-- > 0) await caller.call(tool, { message: 'hello' })
    }),
  )
  return (CALLS * 2) / ((performance.now() - began) / 1000)
}

function memoryFigure(lean: ChildProcess, ours: ChildProcess): Figure {
  const [theirs, mine] = [megabytes(lean), megabytes(ours)]
  return {
    what: 'memory after the load, gateway : lean',
    figure: (mine / theirs).toFixed(2),
    aim: '<= 1.25',
    behind: `${Math.round(mine)} MiB : ${Math.round(theirs)} MiB`,
  }
}
