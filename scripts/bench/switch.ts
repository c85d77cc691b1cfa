// What a switch of customers costs before anything is connected: one look at what runs, compared with the
// configuration. It must not depend on how many other customers there are.

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type App, openApp } from '../../src/app.ts'
import { readEnvironment } from '../../src/config/env.ts'
import { type Customer, keyOf } from '../../src/config/project.ts'
import { startKept } from '../../src/runtimes/programs/keep.ts'
import { programsFolder } from '../../src/runtimes/programs/record.ts'
import { stopKept } from '../../src/runtimes/programs/stop.ts'
import { definitionFinder, localDefinition } from '../../src/stack/definition.ts'
import { endpointFinderOnce } from '../../src/stack/look/endpoint.ts'
import { benchCustomers } from './commands.ts'
import { type Figure, median, milliseconds } from './figure.ts'

const RUNS = 41

/** @param folder for configurations, state and the programs that replace servers */
export async function switchFigures(folder: string): Promise<Figure[]> {
  const worlds = [await worldOf(folder, 1_000), await worldOf(folder, 12)] as const
  try {
    const sides: [number[], number[]] = [[], []]
    for (const { look } of worlds) await look()
    for (let i = 0; i < RUNS; i++)
      for (const at of [0, 1] as const) sides[at].push(await timed(worlds[at].look))
    const [many, few] = [median(sides[0]), median(sides[1])]
    return [
      {
        what: 'look and drift of a switch, 1,000 customers : 12 customers',
        figure: (many / few).toFixed(2),
        aim: '<= 1.5',
        behind: `${milliseconds(many)} : ${milliseconds(few)}`,
      },
    ]
  } finally {
    for (const { end } of worlds) await end()
  }
}

async function timed(work: () => Promise<void>): Promise<number> {
  const began = performance.now()
  await work()
  return performance.now() - began
}

/** A configuration of `count` customers, of which the first runs. */
async function worldOf(folder: string, count: number) {
  const config = join(folder, `switch-${count}.json`)
  const customers = benchCustomers(count)
  writeFileSync(
    config,
    JSON.stringify({ project: `switch-${count}`, network_pool: '10.192.0.0/12', customers }),
  )
  const variables = { PATH: process.env.PATH, HOME: folder, XDG_STATE_HOME: folder }
  const app = openApp({
    config,
    runtime: 'local',
    environment: readEnvironment({ ...variables, ...CREDENTIALS }),
  })
  const [customer] = app.project.customers
  if (!customer) throw new Error('no customer')
  await start(app, customer)
  return {
    look: () => look(app, customer),
    async end() {
      await stopKept(programsFolder(app.stack.state.folder), customer.servers.map(keyOf))
      await app.close()
    },
  }
}

const CREDENTIALS = {
  GRAFANA_TOKEN_CUSTOMER_0: 'bench-token',
  GENESYS_CLIENT_ID_CUSTOMER_0: 'bench-id',
  GENESYS_CLIENT_SECRET_CUSTOMER_0: 'bench-secret',
}

/** Programs that only sleep, under the records of the customer's servers. */
async function start({ project, stack }: App, customer: Customer): Promise<void> {
  stack.state.makeTokens(customer.servers)
  for (const [at, server] of customer.servers.entries()) {
    const facts = {
      ...keyOf(server),
      definition: localDefinition(project, server),
      credentials: stack.state.fingerprint(stack.state.secrets(server)),
      configFile: project.file,
      hostPort: 3_000 + at,
    }
    const command = [process.execPath, '-e', 'setTimeout(() => {}, 600_000)']
    const answer = await startKept(programsFolder(stack.state.folder), facts, {
      command,
      env: {},
      secrets: [],
    })
    if (!answer.ok) throw new Error(answer.reason)
  }
}

/** Finds each of its servers, and the definition that Docker would run. */
async function look({ project, stack }: App, customer: Customer): Promise<void> {
  const find = endpointFinderOnce(stack, customer)
  const definitionOf = definitionFinder(project, [customer])
  for (const server of customer.servers) {
    const found = await find(keyOf(server))
    if ('state' in found) throw new Error(`${server.name}: ${found.reason}`)
    if (definitionOf(server, 'docker') === '') throw new Error(`${server.name}: no definition`)
  }
}
