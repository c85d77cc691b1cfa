// The first switch of a fresh process: the first platform fails at once, and the SDK of the next one is still being loaded.

import { execFile } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { type FakePlatforms, startFakePlatforms } from '../../test/fake-platforms/start.ts'
import { type Figure, median, milliseconds, p95 } from './figure.ts'

const RUNS = 20
const program = fileURLToPath(new URL('../../bin/supportmax.js', import.meta.url))
const bare = fileURLToPath(new URL('bare-switch.ts', import.meta.url))

/** Each fails, and the next one answers. */
const PAIRS = [
  ['openai', 'anthropic'],
  ['anthropic', 'openai'],
  ['anthropic', 'google'],
] as const
type Name = (typeof PAIRS)[number][number]
type Pair = readonly [Name, Name]

/** @param folder for configurations and state */
export async function coldSwitchFigures(folder: string): Promise<Figure[]> {
  const fake = await startFakePlatforms()
  try {
    const figures: Figure[] = []
    for (const pair of PAIRS)
      figures.push(...(await figuresOf(fake, mkdtempSync(join(folder, 'cold-')), pair)))
    return figures
  } finally {
    await fake.close()
  }
}

/** Ours and the bare SDKs, one run of each in turn. */
async function figuresOf(fake: FakePlatforms, folder: string, pair: Pair): Promise<Figure[]> {
  const [first, next] = pair
  writeConfig(fake, folder, pair)
  const waits: number[] = []
  const told: number[] = []
  const atStart: number[] = []
  const late: number[] = []
  for (let run = 0; run < RUNS; run++) {
    const ours = await switchOf(fake, pair, () => ask(folder, run))
    waits.push(ours.wait)
    told.push(ours.result)
    for (const [loading, side] of [
      ['start', atStart],
      ['late', late],
    ] as const)
      side.push((await switchOf(fake, pair, () => askBare(fake, loading, pair))).wait)
  }
  const what = `first switch of a fresh process, ${first} -> ${next}`
  return [
    {
      what: `${what}, p95 of ${RUNS}`,
      figure: milliseconds(p95(waits)),
      aim: '<= 50 ms',
      behind: `from the failure's last byte to the next request, at the servers; switchMs ${milliseconds(p95(told))}; medians ${milliseconds(median(waits))}, switchMs ${milliseconds(median(told))}`,
    },
    {
      what: `${what}, supportmax : bare SDKs`,
      figure: (median(waits) / median(late)).toFixed(2),
      aim: '<= 1 where the second SDK is loaded when it is needed',
      behind: `medians ${milliseconds(median(waits))} : ${milliseconds(median(late))}; : ${milliseconds(median(atStart))} where both are loaded at the start`,
    },
  ]
}

function writeConfig(fake: FakePlatforms, folder: string, [first, next]: Pair): void {
  const ways: Record<Name, object> = {
    openai: { base_url: fake.url('openai'), dialect: 'responses', model: 'gpt-5.4-mini' },
    anthropic: { base_url: fake.url('anthropic') },
    google: { kind: 'google_gemini', base_url: fake.url('google'), api_key_env: 'GEMINI_API_KEY' },
  }
  const platforms = { [first]: ways[first], [next]: ways[next] }
  const customers = [{ name: 'Acme', mcp_servers: [] }]
  writeFileSync(join(folder, 'mcp_servers.json'), JSON.stringify({ runtime: 'local', customers, platforms }))
}

/** What a process did, and the time from the failure's last byte to the next request, as the servers saw it. */
async function switchOf<T>(
  fake: FakePlatforms,
  [first, next]: Pair,
  work: () => Promise<T>,
): Promise<{ wait: number; result: T }> {
  fake.reset()
  fake.script(first, [{ fault: 'overloaded' }])
  fake.script(next, [{ text: 'All is well.' }])
  const result = await work()
  const [failed] = fake.requests(first)
  const [asked] = fake.requests(next)
  if (failed?.faultAt === undefined || asked === undefined) throw new Error(`${first} -> ${next}: no switch`)
  return { wait: asked.arrivedAt - failed.faultAt, result }
}

/** Asks one question. Returns its `switchMs`. */
async function ask(folder: string, run: number): Promise<number> {
  // A state folder of its own each time, or the failure would be remembered.
  const env = {
    PATH: process.env.PATH,
    HOME: folder,
    XDG_STATE_HOME: join(folder, String(run)),
    OPENAI_API_KEY: 'bench',
    ANTHROPIC_API_KEY: 'bench',
    GEMINI_API_KEY: 'bench',
  }
  const args = [program, 'chat', '--customer', 'acme', '-p', 'Is all well?', '--json']
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: folder, env })
  return JSON.parse(stdout).reroutes[0]?.switchMs ?? Number.NaN
}

async function askBare(fake: FakePlatforms, loading: string, [first, next]: Pair): Promise<void> {
  const args = [bare, loading, first, fake.url(first), next, fake.url(next)]
  await promisify(execFile)(process.execPath, args)
}
