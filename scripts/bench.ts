// Ratios measured in one run, since absolute times say more about the machine than about the program.
// `npm run bench`; add `--json` for programs.

import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const program = fileURLToPath(new URL('../bin/supportmax.js', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'supportmax-bench-'))

interface Figure {
  what: string
  ratio: number
  aim: string
  /** Median milliseconds of both sides. */
  sides: [number, number]
}

/** Wall time of one whole process in milliseconds; a failure ends the bench. */
function time(args: string[]): number {
  const began = performance.now()
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${args.join(' ')}: exit ${status}: ${stderr}`)
  return performance.now() - began
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

/** Both sides in turn, so that a slow moment of the machine hits both. */
function compare(what: string, aim: string, runs: number, ours: string[], other: string[]): Figure {
  const sides: [number[], number[]] = [[], []]
  time(ours)
  time(other)
  for (let i = 0; i < runs; i++) {
    sides[0].push(time(ours))
    sides[1].push(time(other))
  }
  const [a, b] = [median(sides[0]), median(sides[1])]
  return { what, aim, ratio: a / b, sides: [a, b] }
}

function configOf(customers: number): string {
  const file = join(folder, `${customers}.json`)
  const document = {
    project: 'bench',
    network_pool: '10.192.0.0/12',
    customers: Array.from({ length: customers }, (_, i) => ({
      name: `Customer ${i}`,
      host: `host-${i}.example.com`,
      mcp_servers: [
        { type: 'grafana' },
        { type: 'alertmanager', config: { alertmanager_url: `http://host-${i}.example.com:9093` } },
        { type: 'genesys', config: { region: 'mypurecloud.de' } },
      ],
    })),
  }
  writeFileSync(file, JSON.stringify(document))
  return file
}

function generate(customers: number): string[] {
  return [
    program,
    'compose',
    'generate',
    '--quiet',
    '--config',
    configOf(customers),
    '--output',
    join(folder, `${customers}.yml`),
  ]
}

try {
  const figures = [
    compare('supportmax --help : node -e 0', '<= 2', 21, [program, '--help'], ['-e', '0']),
    compare(
      'compose generate, 1,000 x 3 : 100 x 3',
      '<= 11, and under 2 s',
      7,
      generate(1_000),
      generate(100),
    ),
  ]
  if (process.argv.includes('--json')) console.log(JSON.stringify(figures))
  else
    for (const { what, ratio, aim, sides } of figures)
      console.log(
        `${what}: ${ratio.toFixed(2)} (aim ${aim}; ${sides.map(ms => `${ms.toFixed(0)} ms`).join(' : ')})`,
      )
} finally {
  rmSync(folder, { recursive: true, force: true })
}
