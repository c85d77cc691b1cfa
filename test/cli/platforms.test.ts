import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { PlatformRow } from '../../src/coordinator/figures/report.ts'
import { type FakePlatforms, startFakePlatforms } from '../fake-platforms/start.ts'
import { type Place, placeIn, supportmax } from '../helpers/cli.ts'
import { newFolder } from '../helpers/folder.ts'

let fake: FakePlatforms
let place: Place
const KEYS = { OPENAI_API_KEY: 'sk-openai-canary-1', ANTHROPIC_API_KEY: 'sk-ant-canary-2' }

beforeAll(async () => {
  fake = await startFakePlatforms()
})
afterAll(() => fake.close())
beforeEach(() => {
  fake.reset()
  const folder = newFolder()
  place = placeIn(folder, KEYS)
  const document = {
    runtime: 'local',
    default: 'acme',
    customers: [
      { name: 'Acme', mcp_servers: [] },
      { name: 'Strict', mcp_servers: [], platforms_allowed: ['anthropic'] },
    ],
    platforms: {
      openai: { base_url: fake.url('openai'), dialect: 'responses', model: 'gpt-5.4-mini' },
      anthropic: { base_url: fake.url('anthropic') },
      google_gemini: { base_url: fake.url('google') },
    },
    routing: { baseline: 'anthropic' },
  }
  writeFileSync(join(folder, 'mcp_servers.json'), JSON.stringify(document))
})

const ask = (...more: string[]) => supportmax(place, 'chat', '-p', 'Is all well?', ...more)

type JsonRow = PlatformRow & { costUsd: number | null }

async function rows(...more: string[]): Promise<JsonRow[]> {
  const { stdout, code } = await supportmax(place, 'platforms', '--json', ...more)
  expect(code).toBe(0)
  return (JSON.parse(stdout) as { platforms: JsonRow[] }).platforms
}

describe('platforms reset', () => {
  it('ends the pause of one platform in later runs', async () => {
    fake.script('openai', [{ fault: 'quota' }, { text: 'back' }])
    expect((await ask()).stderr).toMatch(/^openai: 429 .*; asking anthropic instead/m)
    expect((await ask()).stderr).toMatch(
      /^openai is paused until (?:tomorrow )?\d\d:\d\d:\d\d \(quota\); asking anthropic$/m,
    )
    const reset = await supportmax(place, 'platforms', 'reset', 'openai')
    expect(reset).toMatchObject({ code: 0 })
    expect(reset.stdout).toMatch(/^openai: ended the pause until (tomorrow )?\d\d:\d\d:\d\d \(quota\)\n$/)
    expect((await ask()).stdout).toBe('back\n')
    expect((await supportmax(place, 'platforms', 'reset', 'openai')).stdout).toBe('openai was not paused\n')
  })

  it('names the platforms of the file when there is no such one', async () => {
    const { code, stderr } = await supportmax(place, 'platforms', 'reset', 'opnai')
    expect(code).toBe(2)
    expect(stderr).toContain(
      'no such platform "opnai" (did you mean "openai"?)\n  use one of: openai, anthropic',
    )
  })
})

describe('a question', () => {
  it('is answered by the next platform when one fails, also in later runs, and both are counted', async () => {
    fake.script('openai', [{ fault: 'rate-limit', retryAfter: 600 }])
    fake.script('anthropic', [{ text: 'All is well.', usage: { inputTokens: 1_000, outputTokens: 10 } }])
    const { code, stdout, stderr } = await ask()
    expect([code, stdout]).toEqual([0, 'All is well.\n'])
    expect(stderr).toMatch(/^openai: 429 .*; asking anthropic instead \(\d+ ms\)$/m)
    expect(stderr).toMatch(/^anthropic · claude-sonnet-5 · 1 turn · \$0\.00\d+$/m)
    const [openai, anthropic, google] = await rows()
    expect(openai).toMatchObject({
      state: 'paused',
      requests: 1,
      ok: 0,
      errors: { rate_limit: 1 },
      availability: 0,
    })
    expect(Date.parse(openai?.until ?? '')).toBeGreaterThan(Date.now() + 500_000)
    expect(anthropic).toMatchObject({ state: 'ready', requests: 1, ok: 1, availability: 1 })
    expect(anthropic?.cost).toEqual({ usd: expect.any(Number), unknown: 0 })
    expect(anthropic?.costUsd).toBe(anthropic?.cost.usd)
    expect(anthropic?.costUsd).toBeGreaterThan(0)
    expect(anthropic?.firstTokenMs.p99).toBeGreaterThan(0)
    expect(google).toMatchObject({ state: 'no-key', hint: 'set GEMINI_API_KEY' })
    expect((await ask()).code).toBe(0)
    expect(fake.requests('openai')).toHaveLength(1)
  })

  it('never goes to a platform that the customer does not allow', async () => {
    fake.script('anthropic', [{ fault: 'overloaded' }])
    const [failed, refused] = await Promise.all([
      ask('--customer', 'strict'),
      ask('--customer', 'strict', '--platform', 'openai'),
    ])
    expect([failed.code, failed.stdout]).toEqual([5, ''])
    expect(failed.stderr).toContain('anthropic: ')
    expect(refused.code).toBe(4)
    expect(refused.stderr).toContain("Strict (strict): openai may not see this customer's data")
    expect(fake.requests('openai')).toEqual([])
  })

  it('shows what other platforms answer with --critical', async () => {
    fake.script('openai', [{ text: 'Yes.' }, { text: 'VERDICT: DIFFER\nDiffer: yes against no.' }])
    fake.script('anthropic', [{ text: 'No.' }])
    const { stdout } = await ask('--critical', '--json')
    const said = JSON.parse(stdout)
    expect(said.crossCheck).toMatchObject({ verdict: 'differ', comparison: 'Differ: yes against no.' })
    expect(said.answer).toContain('**Cross-check: they differ.**')
    expect(said.costUsd).toBeNull()
  })

  it('counts a question that timed out, whose cost nobody knows', async () => {
    fake.script('openai', [{ text: 'slow', delay: { first: 60_000 } }])
    const { code, stderr } = await ask('--timeout', '1')
    expect(code).toBe(124)
    expect(stderr).not.toContain('usage is not being recorded')
    const [openai] = await rows()
    expect(openai).toMatchObject({
      requests: 1,
      errors: { aborted: 1 },
      tokens: null,
      costUsd: null,
      cost: { usd: 0, unknown: 1 },
    })
  })

  it('costs of a customer that has left the file are found by its id', async () => {
    expect((await ask()).code).toBe(0)
    const file = join(place.folder, 'mcp_servers.json')
    // A longer id with the same beginning must not be taken for it.
    writeFileSync(
      file,
      readFileSync(file, 'utf8').replace('"Acme"', '"Acme Two"').replace('"acme"', '"acme-two"'),
    )
    const { stdout, stderr } = await supportmax(place, 'costs', 'acme', '--csv', '--since', '300d')
    expect(stdout).toMatch(/\nacme,openai,gpt-5\.4-mini,1,/)
    expect(stderr).toContain('usage is kept for 100 days')
    expect((await supportmax(place, 'costs', 'acme-two')).stdout).toContain('no requests since')
  })

  it('costs that cannot be read are an error, not $0', async () => {
    expect((await ask()).code).toBe(0)
    const [file = ''] = globSync(join(place.folder, '**/usage.db'))
    writeFileSync(file, 'not a database, but longer than the header of one would have to be '.repeat(20))
    const { code, stdout, stderr } = await supportmax(place, 'costs')
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toContain('file is not a database')
    expect(stderr).toContain('supportmax: the costs of earlier requests are unknown')
  })

  it('figures that cannot be read are unknown in platforms, not 0', async () => {
    expect((await ask()).code).toBe(0)
    const [file = ''] = globSync(join(place.folder, '**/usage.db'))
    writeFileSync(file, 'not a database, but longer than the header of one would have to be '.repeat(20))
    const [shown, json, metrics] = await Promise.all([
      supportmax(place, 'platforms'),
      supportmax(place, 'platforms', '--json'),
      supportmax(place, 'platforms', '--metrics'),
    ])
    expect([shown.code, json.code, metrics.code]).toEqual([0, 0, 1])
    expect(shown.stderr).toContain('file is not a database')
    expect(shown.stdout).toContain('\nrequests, speed and cost are unknown\n')
    expect(shown.stdout).not.toContain('no requests')
    expect(JSON.parse(json.stdout)).toMatchObject({
      usageKnown: false,
      savings: null,
      platforms: [{ state: 'ready', requests: null, cost: null, costUsd: null }, {}, {}],
    })
    expect([metrics.stdout, metrics.stderr]).toEqual(['', expect.stringContaining('the figures are unknown')])
  })

  it('a usage that cannot be read is neither empty for explain nor kept by a check', async () => {
    expect((await ask()).code).toBe(0)
    const [file = ''] = globSync(join(place.folder, '**/usage.db'))
    writeFileSync(file, 'not a database, but longer than the header of one would have to be '.repeat(20))
    const explained = await supportmax(place, 'platforms', 'explain', '--platform', 'openai', 'Is all well?')
    expect(explained.stdout).toContain('come on top, and earlier questions are unknown)')
    // Another try is no choice between platforms.
    expect(explained.stdout).toContain('after about')
    expect(explained.stdout).not.toContain('this is the order')
    const check = await supportmax(place, 'platforms', '--check')
    expect(check.stderr).toContain('usage is not being recorded')
    expect(check.stdout).toContain('in all: ')
    expect(check.stdout).not.toContain('recorded in the usage')
  })

  it('can be recorded, and replayed without configuration or platforms', async () => {
    fake.script('openai', [{ text: `All is well, ${KEYS.OPENAI_API_KEY}.` }])
    const file = join(place.folder, 'recording.jsonl')
    const recorded = await ask('--record', file)
    expect(recorded.code).toBe(0)
    expect(readFileSync(file, 'utf8')).not.toMatch(/canary/)
    const elsewhere = placeIn(newFolder())
    const [played, again] = await Promise.all([
      supportmax(elsewhere, 'chat', '--replay', file),
      ask('--record', file),
    ])
    expect([played.code, played.stdout]).toEqual([0, '\nacme › Is all well?\n\nAll is well, ‹hidden›.\n'])
    expect([again.code, again.stderr]).toEqual([2, expect.stringContaining('already exists')])
  })

  it('shows no key, even if the platform repeats it in an error', async () => {
    fake.script('openai', [{ fault: 'auth', message: `Incorrect API key provided: ${KEYS.OPENAI_API_KEY}` }])
    fake.script('anthropic', [{ fault: 'auth', message: `no such key: ${KEYS.ANTHROPIC_API_KEY}` }])
    const first = await ask()
    expect(first.code).toBe(5)
    const later = [ask('--json'), supportmax(place, 'platforms', '--json')]
    for (const { stdout, stderr } of [first, ...(await Promise.all(later))])
      expect(stdout + stderr).not.toContain('canary')
  })
})

const CALLED = { calls: [{ name: 'report_word', args: { word: 'ready' } }] }

describe('platforms --check', () => {
  it('asks each model one tiny question, and records what it cost', async () => {
    for (const name of ['openai', 'anthropic']) fake.script(name, [CALLED])
    const { code, stdout, stderr } = await supportmax(place, 'platforms', '--check')
    expect(code).toBe(0)
    expect(stderr).toContain('asking 2 models one tiny question with a tool; this costs money…')
    expect(stdout).toMatch(/^openai +gpt-5\.4-mini +yes +yes +\d+ ms +\d+ ms +cost unknown$/m)
    expect(stdout).toMatch(/^anthropic +claude-sonnet-5 +yes +yes +\d+ ms +\d+ ms +<?\$0\.\d+$/m)
    expect(fake.listings('openai')).toEqual([])
    const costs = await supportmax(place, 'costs')
    expect(costs.stdout).toMatch(/^- +anthropic +claude-sonnet-5 +1 /m)
    expect((await rows()).map(one => one.requests)).toEqual([1, 1, 0])
  })

  it('exits with 1 unless every model answers and calls the tool', async () => {
    fake.script('openai', [{ fault: 'auth' }])
    fake.script('anthropic', [CALLED])
    const all = await supportmax(place, 'platforms', '--check', '--json')
    expect(all.code).toBe(1)
    expect(JSON.parse(all.stdout)).toMatchObject({
      customer: null,
      models: [
        { platform: 'openai', answers: false, calls: 'unknown', fault: { kind: 'auth' }, costUsd: 0 },
        { platform: 'anthropic', answers: true, calls: 'yes', fault: null, firstTokenMs: expect.any(Number) },
      ],
    })
    const strict = await supportmax(place, 'platforms', '--check', '--customer', 'strict', '--json')
    expect([strict.code, JSON.parse(strict.stdout).customer]).toEqual([0, 'strict'])
    expect(JSON.parse(strict.stdout).models).toHaveLength(1)
  })

  it('fails like a question when no platform has its key, and has no period', async () => {
    const [none, period] = await Promise.all([
      supportmax(placeIn(place.folder), 'platforms', '--check'),
      supportmax(place, 'platforms', '--check', '--since', '7d'),
    ])
    expect([none.code, none.stderr]).toEqual([5, expect.stringContaining('no model platform is ready')])
    expect([period.code, period.stderr]).toEqual([
      2,
      expect.stringContaining('--since cannot be combined with --check'),
    ])
  })
})

describe('supportmax platforms', () => {
  it('fetches model lists and never asks a question', async () => {
    expect((await rows()).map(one => one.state)).toEqual(['ready', 'ready', 'no-key'])
    expect([fake.listings('openai').length, fake.listings('anthropic').length]).toEqual([1, 1])
    expect([...fake.requests('openai'), ...fake.requests('anthropic')]).toEqual([])
  })

  it('says what is wrong, and what to do about it', async () => {
    fake.listing('openai', [{ fault: 'auth' }])
    const { stdout } = await supportmax(place, 'platforms')
    expect(stdout).toMatch(
      /^openai +gpt-5\.4-mini +paused until (?:tomorrow )?\d\d:\d\d:\d\d.*\n {4}auth: 401 .*\n {6}check the value of OPENAI_API_KEY$/m,
    )
    expect(stdout).toContain('savings against anthropic: too few answers to calculate them (0 of 50)')
  })

  it('counts the requests of one customer, and prints the same numbers as metrics', async () => {
    await ask()
    await ask('--customer', 'strict')
    const requests = async (...more: string[]) =>
      Object.fromEntries((await rows(...more)).map(row => [row.platform, row.requests]))
    const [all, acme, strict, { stdout }] = await Promise.all([
      requests(),
      requests('--customer', 'acme'),
      requests('--customer', 'strict'),
      supportmax(place, 'platforms', '--metrics'),
    ])
    expect(all).toEqual({ openai: 1, anthropic: 1, google_gemini: 0 })
    expect(acme).toEqual({ openai: 1, anthropic: 0, google_gemini: 0 })
    expect(strict).toEqual({ anthropic: 1 })
    expect(stdout).toContain('# TYPE gen_ai_client_operation_duration_seconds histogram')
    expect(stdout).toMatch(
      /^gen_ai_client_operation_duration_seconds_count\{gen_ai_operation_name="chat",gen_ai_provider_name="anthropic",gen_ai_request_model="claude-sonnet-5",platform="anthropic",error_type=""\} 1$/m,
    )
    expect(stdout).toMatch(
      /^supportmax_model_cost_usd_total\{customer="strict",platform="anthropic",.*\} 0\.\d+/m,
    )
    expect(stdout).toMatch(
      /^supportmax_platform_ready\{platform="openai",model="gpt-5\.4-mini",state="ready"\} 1$/m,
    )
  })

  it('refuses a period that it does not understand', async () => {
    const wrong = await supportmax(place, 'platforms', '--since', 'ever')
    expect([wrong.code, wrong.stderr]).toEqual([
      2,
      expect.stringContaining('--since: must be like 30m, 24h or 7d'),
    ])
  })
})

it('costs are those of a period, and a period that is none is refused', async () => {
  fake.script('openai', [{ text: 'yes' }])
  await ask()
  const total = async (...args: string[]) =>
    (JSON.parse((await supportmax(place, 'costs', '--json', ...args)).stdout) as { total: unknown }).total
  expect(await total('--since', '1d')).toMatchObject({ requests: 1 })
  expect(await total('--since', '2d', '--until', '1d')).toBeNull()
  expect(await total('--until', '2099-01-01')).toMatchObject({ requests: 1 })
  const { code, stderr } = await supportmax(place, 'costs', '--since', '1d', '--until', '2d')
  expect([code, stderr]).toEqual([2, expect.stringContaining('--until: must be later than --since')])
})
