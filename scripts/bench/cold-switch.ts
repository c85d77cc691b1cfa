// The first switch of a fresh process: the first platform fails at once, and the SDK of the next one is still being loaded.

import { execFile } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { type FakePlatforms, startFakePlatforms } from '../../test/fake-platforms/start.ts'
import { type Figure, median, milliseconds } from './figure.ts'

const RUNS = 20
const program = fileURLToPath(new URL('../../bin/supportmax.js', import.meta.url))

/** Each fails, and the next one answers. */
const PAIRS = [
  ['openai', 'anthropic'],
  ['anthropic', 'openai'],
  ['anthropic', 'google'],
] as const
type Name = (typeof PAIRS)[number][number]

/** @param folder for configurations and state */
export async function coldSwitchFigures(folder: string): Promise<Figure[]> {
  const fake = await startFakePlatforms()
  try {
    const figures: Figure[] = []
    for (const pair of PAIRS) figures.push(await figureOf(fake, mkdtempSync(join(folder, 'cold-')), pair))
    return figures
  } finally {
    await fake.close()
  }
}

async function figureOf(
  fake: FakePlatforms,
  folder: string,
  [first, next]: readonly [Name, Name],
): Promise<Figure> {
  const ways: Record<Name, object> = {
    openai: { base_url: fake.url('openai'), dialect: 'responses', model: 'gpt-5.4-mini' },
    anthropic: { base_url: fake.url('anthropic') },
    google: { kind: 'google_gemini', base_url: fake.url('google'), api_key_env: 'GEMINI_API_KEY' },
  }
  const platforms = { [first]: ways[first], [next]: ways[next] }
  const customers = [{ name: 'Acme', mcp_servers: [] }]
  writeFileSync(join(folder, 'mcp_servers.json'), JSON.stringify({ runtime: 'local', customers, platforms }))
  const waits: number[] = []
  for (let run = 0; run < RUNS; run++) waits.push(await wait(fake, folder, [first, next], run))
  const sorted = waits.toSorted((a, b) => a - b)
  return {
    what: `first switch of a fresh process, ${first} -> ${next}, p95 of ${RUNS}`,
    figure: milliseconds(sorted[Math.ceil(RUNS * 0.95) - 1] ?? Number.NaN),
    aim: '<= 50 ms',
    behind: `from the failure's last byte to the next request; median ${milliseconds(median(waits))}`,
  }
}

async function wait(
  fake: FakePlatforms,
  folder: string,
  [first, next]: readonly [Name, Name],
  run: number,
): Promise<number> {
  fake.reset()
  fake.script(first, [{ fault: 'overloaded' }])
  fake.script(next, [{ text: 'All is well.' }])
  // A state folder of its own each time, or the failure would be remembered.
  const env = {
    PATH: process.env.PATH,
    HOME: folder,
    XDG_STATE_HOME: join(folder, String(run)),
    OPENAI_API_KEY: 'bench',
    ANTHROPIC_API_KEY: 'bench',
    GEMINI_API_KEY: 'bench',
  }
  const args = [program, 'chat', '--customer', 'acme', '-p', 'Is all well?']
  await promisify(execFile)(process.execPath, args, { cwd: folder, env })
  const [failed] = fake.requests(first)
  const [asked] = fake.requests(next)
  if (failed?.faultAt === undefined || asked === undefined) throw new Error(`${first} -> ${next}: no switch`)
  return asked.arrivedAt - failed.faultAt
}
