// Whole commands, timed in pairs, so that a slow moment of the machine affects both sides.

import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Figure, median, milliseconds } from './figure.ts'

const program = fileURLToPath(new URL('../../bin/supportmax.js', import.meta.url))

/** @param folder for what the commands read and write */
export function commandFigures(folder: string): Figure[] {
  const env = { ...process.env, XDG_STATE_HOME: folder }
  /** Wall time of one whole process in milliseconds; a failure ends the bench. */
  function time(args: string[]): number {
    const began = performance.now()
    const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', env })
    if (status !== 0) throw new Error(`${args.join(' ')}: exit ${status}: ${stderr}`)
    return performance.now() - began
  }

  function compare(what: string, aim: string, runs: number, ours: string[], other: string[]): Figure {
    const sides: [number[], number[]] = [[], []]
    time(ours)
    time(other)
    for (let i = 0; i < runs; i++) {
      sides[0].push(time(ours))
      sides[1].push(time(other))
    }
    const [a, b] = [median(sides[0]), median(sides[1])]
    return { what, aim, figure: (a / b).toFixed(2), behind: `${milliseconds(a)} : ${milliseconds(b)}` }
  }

  const four = configOf(folder, 'four', { customers: [EMPTY], platforms: FOUR })
  const none = configOf(folder, 'none', { customers: [EMPTY] })
  const question = ['chat', '-p', 'Anything?', '--platform', 'demo', '--quiet', '--config']
  return [
    compare('supportmax --help : node -e 0', '<= 2', 21, [program, '--help'], ['-e', '0']),
    compare(
      'completing a customer, of 100 : supportmax --version',
      '<= 1.5',
      21,
      [program, '__complete', 'bash', '--', '--config', customersFile(folder), 'up', ''],
      [program, '--version'],
    ),
    compare('import of 200 servers : of one', 'under 2 s', 7, importOf(folder, 200), importOf(folder, 1)),
    compare(
      'compose generate, 1,000 x 3 : 100 x 3',
      '<= 11, and under 2 s',
      7,
      generate(folder, 1_000),
      generate(folder, 100),
    ),
    compare(
      'a question with four unused platforms : with none configured',
      '<= 1.05',
      15,
      [program, ...question, four],
      [program, ...question, none],
    ),
  ]
}

const EMPTY = { name: 'Acme', mcp_servers: [] }
const FOUR = {
  openai: {},
  anthropic: {},
  azure_openai: { endpoint: 'https://acme.openai.azure.com', deployment: 'd', base_model: 'gpt-5.4-mini' },
  google_gemini: {},
}

function configOf(folder: string, name: string, document: object): string {
  const file = join(folder, `${name}.json`)
  writeFileSync(file, JSON.stringify({ project: 'bench', network_pool: '10.192.0.0/12', ...document }))
  return file
}

/** Three servers each. */
export function benchCustomers(count: number): object[] {
  return Array.from({ length: count }, (_, i) => ({
    name: `Customer ${i}`,
    host: `host-${i}.example.com`,
    mcp_servers: [
      { type: 'grafana' },
      { type: 'alertmanager', config: { alertmanager_url: `http://host-${i}.example.com:9093` } },
      { type: 'genesys', config: { region: 'mypurecloud.de' } },
    ],
  }))
}

function customersFile(folder: string): string {
  return configOf(folder, 'hundred', { customers: benchCustomers(100) })
}

/** Of servers with two secrets each. */
function importOf(folder: string, count: number): string[] {
  const server = (i: number) => ({
    command: 'node',
    args: ['server.js', `--api-key=key-${i}`],
    env: { API_TOKEN: `token-${i}`, LEVEL: 'info' },
  })
  const theirs = join(folder, `theirs-${count}.json`)
  const mcpServers = Object.fromEntries(Array.from({ length: count }, (_, i) => [`server-${i}`, server(i)]))
  writeFileSync(theirs, JSON.stringify({ mcpServers }))
  const config = configOf(folder, 'imported', { customers: [EMPTY] })
  return [program, 'import', theirs, '--customer', 'acme', '--dry-run', '--quiet', '--config', config]
}

function generate(folder: string, count: number): string[] {
  const customers = benchCustomers(count)
  const config = configOf(folder, String(count), { customers })
  const output = join(folder, `${count}.yml`)
  return [program, 'compose', 'generate', '--quiet', '--config', config, '--output', output]
}
