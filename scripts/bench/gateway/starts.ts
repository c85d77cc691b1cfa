// How soon a client has its tools after the start of the process, with and without a server that never answers.

import { createServer } from 'node:net'
import { join } from 'node:path'
import { freePort } from '../../../test/helpers/ports.ts'
import { type Figure, median, milliseconds } from '../figure.ts'
import { openCaller } from './caller.ts'
import { everythingServers, megabytes, openProcesses, PROGRAM, type Processes, project } from './processes.ts'

const ROUNDS = 9
const VERSION = '2025-11-25'
const NAMES = ['alpha', 'beta', 'gamma']

/** @param folder a folder of this run alone */
export async function startFigures(folder: string): Promise<Figure[]> {
  const processes = openProcesses(folder)
  const silent = createServer(() => {}).listen(0, '127.0.0.1')
  try {
    const servers = await everythingServers(processes, NAMES)
    const { port } = silent.address() as { port: number }
    const all = project(processes, join(folder, 'all'), servers)
    const quiet = { name: 'quiet', url: `http://127.0.0.1:${port}/mcp` }
    const some = project(processes, join(folder, 'some'), [...servers, quiet])
    const times: Record<'all' | 'some', number[]> = { all: [], some: [] }
    for (let round = 0; round < ROUNDS; round++) {
      times.all.push(await firstList(processes, all))
      times.some.push(await firstList(processes, some))
    }
    const [answering, withSilent] = [median(times.all), median(times.some)]
    return [
      {
        what: 'start of the process -> a full tools/list of three servers',
        figure: milliseconds(answering),
        aim: '<= 300 ms',
        behind: `median of ${ROUNDS}; a bare node takes its part of it`,
      },
      {
        what: 'the same with a fourth server that never answers',
        figure: `${milliseconds(withSilent - answering)} more`,
        aim: '<= 50 ms',
        behind: `${milliseconds(withSilent)} : ${milliseconds(answering)}`,
      },
      await manyServers(processes, folder),
    ]
  } finally {
    silent.close()
    await processes.end()
  }
}

/** Milliseconds until all tools of the servers that answer are listed. */
async function firstList(
  processes: Processes,
  { config, token }: { config: string; token: string },
): Promise<number> {
  const port = await freePort()
  const began = performance.now()
  const starting = processes.start([PROGRAM, '--config', config, 'serve', '--port', String(port)], /serving/)
  const door = `http://127.0.0.1:${port}/customers/acme/mcp`
  const caller = await untilOpen(() => openCaller(door, VERSION, token))
  const tools = await caller.list()
  const took = performance.now() - began
  const servers = new Set(tools.map(name => name.split('__')[0]))
  if (servers.size !== NAMES.length) throw new Error(`only ${[...servers].join(', ')} are listed`)
  await caller.close()
  await processes.end(await starting)
  return took
}

async function manyServers(processes: Processes, folder: string): Promise<Figure> {
  const [one] = await everythingServers(processes, ['one'])
  const servers = Array.from({ length: 36 }, (_, at) => ({ name: `server-${at}`, url: one?.url ?? '' }))
  const { config, token } = project(processes, join(folder, 'many'), servers)
  const port = await freePort()
  const child = await processes.start(
    [PROGRAM, '--config', config, 'serve', '--port', String(port)],
    /serving/,
  )
  const door = `http://127.0.0.1:${port}/customers/acme/mcp`
  const caller = await untilOpen(() => openCaller(door, VERSION, token))
  const listed = async () => new Set((await caller.list()).map(name => name.split('__')[0])).size
  while ((await listed()) < servers.length) await new Promise(resolve => setTimeout(resolve, 100))
  for (const { name } of servers) await caller.call(`${name}__echo`, { message: 'hello' })
  const memory = megabytes(child)
  await caller.close()
  return {
    what: 'memory with 36 servers',
    figure: `${Math.round(memory)} MiB`,
    aim: '<= 200 MiB',
    behind: 'all connected, each called once',
  }
}

async function untilOpen<T>(open: () => Promise<T>): Promise<T> {
  for (const end = Date.now() + 20_000; ; ) {
    try {
      return await open()
    } catch (error) {
      if (Date.now() > end) throw error
      await new Promise(resolve => setTimeout(resolve, 5))
    }
  }
}
