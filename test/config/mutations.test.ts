import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { problemText } from '../../src/config/document/problems.ts'
import { interpretProject } from '../../src/config/load.ts'
import type { Project } from '../../src/config/project.ts'
import { composeFile } from '../../src/exporters/compose.ts'
import { fixture } from '../helpers/projects.ts'

/** mulberry32: small, seeded, good enough to choose with. */
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

describe('2,000 mutated configurations', () => {
  it('are each a valid Project or located errors, and never an exception', () => {
    const next = random(20_261_121)
    const originals = [fixture('as-people-write-it.json'), fixture('in-production.json'), WORDY]
    const checked = new Set<string>()
    let valid = 0
    for (let i = 0; i < 2_000; i++) {
      let text = originals[i % 3] ?? ''
      if (i % 4 < 2) {
        const { value } = interpretValue(text)
        for (let n = 0; n <= (i % 5) % 3; n++) mutateValue(value, next)
        text = JSON.stringify(value)
      } else text = mutateText(text, next)
      const { project, errors } = interpretProject('f.json', text)
      if (project) {
        valid++
        expectReadBack(project, checked)
      } else expect(errors.length, text).toBeGreaterThan(0)
      for (const error of errors) {
        expect(error.line).toBeGreaterThan(0)
        expect(error.column).toBeGreaterThan(0)
        expect(error.message).not.toMatch(/\n|undefined|\[object/)
        expect(problemText(error)).toMatch(PRINTABLE)
      }
    }
    // Neither all refused nor all let through: the mutations reach both sides.
    expect(valid).toBeGreaterThan(50)
    expect(valid).toBeLessThan(1_950)
  })
})

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
        expect(read.services[server.service]?.environment[entry.name]?.replaceAll('$$', '$')).toBe(
          entry.value,
        )
}
