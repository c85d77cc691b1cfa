import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { problemText } from '../../src/config/document/problems.ts'
import { interpretProject } from '../../src/config/load.ts'
import type { Project } from '../../src/config/project.ts'
import { composeFile } from '../../src/exporters/compose/compose.ts'
import { fixture } from '../helpers/projects.ts'

/** mulberry32: a small seeded generator, good enough for choosing. */
function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

const VALUES = [
  null,
  0,
  -1,
  1e308,
  '',
  'x',
  '__proto__',
  '🎉',
  '../..',
  'http://[::1',
  'x'.repeat(3_000),
  [],
  {},
  true,
  '\u0000',
  '${A}',
  [[]],
  'x'.repeat(300),
  ' a: b # c - d ',
  'a\u007fb',
  'a\u0085b',
  '\u001b[31mx',
  'x\u2028y',
  '\u202eprod',
  '\ufeffx',
  '\ufffe',
  '\ud800x',
  'http://h.example/\u007f$A?"\'\\',
  'http://h.example/$A?"\'\\#{port}',
]

// A customer with every setting that is text.
const WORDY = JSON.stringify({
  customers: [
    {
      name: 'Ödön "A"',
      id: 'a',
      description: 'x',
      environment: 'prod',
      mcp_servers: [
        {
          type: 'alertmanager',
          config: { alertmanager_url: 'http://a.example', tenant: 'x' },
          extra_hosts: ['a:1.2.3.4'],
          read_only_tools: ['x'],
        },
      ],
    },
  ],
})

// Every kind of platform, and every key of the routing.
const ROUTED = JSON.stringify({
  platforms: {
    openai: { api_key: '${A}', models: ['gpt-5.4', 'gpt-5.4-mini'], max_tools: 128 },
    anthropic: { enabled: true, model: 'claude-sonnet-5', api_key_env: 'B', context_window: 200_000 },
    azure_openai: {
      endpoint: 'https://a.example',
      deployment: 'd',
      base_model: 'gpt-5.4',
      api_version: 'v1',
    },
    google_vertex: { project_id: 'p', location: 'eu', credentials_file: 'k.json' },
    mine: {
      kind: 'openai',
      base_url: 'http://h.example/v1',
      dialect: 'completions',
      model: 'a/b',
      prices: { 'a/b': { input: 0.1, output: 0.2, cache_read: 0, cache_write: 0 } },
    },
  },
  routing: {
    strategy: 'latency',
    order: ['mine/a/b', 'openai'],
    tiers: { cheap: ['mine'], standard: ['openai/gpt-5.4-mini'], premium: ['anthropic'] },
    fallback_enabled: true,
    retry_wait: '20s',
    health_check_interval: '30s',
    baseline: 'openai/gpt-5.4',
    judge: 'anthropic',
    retry_refusals: true,
  },
  defaults: { platforms_allowed: ['openai', 'mine'] },
  customers: [{ name: 'A', platforms_allowed: ['anthropic'], mcp_servers: [] }],
})

const PRINTABLE =
  /^[\x20-\x7e\u00a0-\u2027\u202f-\u2065\u206a-\ud7ff\ue000-\ufefe\uff00-\ufffd\u{10000}-\u{10ffff}]*$/u

type Json = Record<string, unknown>

/** Changes one random place of a parsed document. */
function mutateValue(value: unknown, next: () => number): void {
  let at = value
  for (;;) {
    const keys = Object.keys(at as Json)
    const key = keys[Math.floor(next() * keys.length)]
    if (key === undefined) return
    const inner = (at as Json)[key]
    if (typeof inner === 'object' && inner !== null && next() < 0.8) {
      at = inner
      continue
    }
    const kind = next()
    if (kind < 0.3 && !Array.isArray(at)) delete (at as Json)[key]
    else if (kind < 0.5 && !Array.isArray(at)) (at as Json)[`${key}x`] = inner
    else (at as Json)[key] = VALUES[Math.floor(next() * VALUES.length)]
    return
  }
}

function mutateText(text: string, next: () => number): string {
  const at = Math.floor(next() * text.length)
  const junk =
    ['', '"', '{', '}', ',', '//', '/*', '\\', '\u0000', '\uFEFF', '[[[[', '𝕏'][Math.floor(next() * 12)] ?? ''
  return text.slice(0, at) + junk + text.slice(at + Math.floor(next() * 4))
}

describe('2,000 mutated configurations, and 1,000 with platforms', () => {
  it('each give a valid Project or located errors, never an exception', () => {
    const next = random(20_261_121)
    const originals = [fixture('as-people-write-it.json'), fixture('in-production.json'), WORDY]
    const checked = new Set<string>()
    let valid = 0
    for (let i = 0; i < 2_000; i++) if (isSound(mutated(originals[i % 3] ?? '', i, next), checked)) valid++
    // The mutations must reach both outcomes: neither all rejected nor all accepted.
    expect(valid).toBeGreaterThan(50)
    expect(valid).toBeLessThan(1_950)
    let routed = 0
    for (let i = 0; i < 1_000; i++) if (isSound(mutated(ROUTED, i, next), checked)) routed++
    expect(routed).toBeGreaterThan(50)
    expect(routed).toBeLessThan(950)
  })
})

function mutated(text: string, i: number, next: () => number): string {
  if (i % 4 >= 2) return mutateText(text, next)
  const { value } = interpretValue(text)
  for (let n = 0; n <= (i % 5) % 3; n++) mutateValue(value, next)
  return JSON.stringify(value)
}

/** Whether the text gives a Project. Checks the promises of either outcome. */
function isSound(text: string, checked: Set<string>): boolean {
  const { project, errors } = interpretProject('f.json', text)
  if (project) {
    expectReadBack(project, checked)
    expectAnswerable(project)
  } else expect(errors.length, text).toBeGreaterThan(0)
  for (const error of errors) {
    expect(error.line).toBeGreaterThan(0)
    expect(error.column).toBeGreaterThan(0)
    expect(error.message).not.toMatch(/\n|undefined|\[object/)
    expect(problemText(error).replace('\n  ', ' ')).toMatch(PRINTABLE)
  }
  return project !== undefined
}

function interpretValue(text: string): { value: unknown } {
  return { value: JSON.parse(text.replace(/\/\*.*?\*\//g, '')) }
}

/** The compose file of a valid project is YAML, and gives every server the values of its configuration. */
function expectReadBack(project: Project, checked: Set<string>): void {
  const none = { ports: new Map<string, number>(), subnets: new Map<string, string>() }
  const { text } = composeFile(project, { folder: '/', leases: none })
  if (checked.has(text)) return
  checked.add(text)
  const read = parse(text) as { services: Record<string, { environment: Record<string, string> }> }
  for (const server of project.customers.flatMap(one => one.servers).filter(one => one.managed))
    for (const entry of server.env)
      if ('value' in entry && typeof entry.value === 'string')
        expect(
          read.services[server.service]?.environment[entry.name]
            ?.replaceAll('$$', '$')
            .replaceAll(':-}', '}'),
        ).toBe(entry.value)
}

/** Every platform names a model, and every address and route in it can be used. */
function expectAnswerable({ platforms, routing }: Project): void {
  for (const { name, models, baseUrl, azure } of platforms) {
    expect(name).not.toBe('')
    for (const model of models) expect(model, name).not.toBe('')
    for (const url of [baseUrl, azure?.endpoint]) if (url !== undefined) expect(URL.canParse(url)).toBe(true)
  }
  const { order, tiers, judge, healthCheckMs } = routing
  const routes = [...order, ...Object.values(tiers).flat(), ...(judge === undefined ? [] : [judge])]
  for (const route of routes)
    expect(
      platforms.some(({ name, models }) => [name, ...models.map(one => `${name}/${one}`)].includes(route)),
      route,
    ).toBe(true)
  expect(healthCheckMs).toBeGreaterThanOrEqual(1_000)
  expect(healthCheckMs).toBeLessThanOrEqual(86_400_000)
}
