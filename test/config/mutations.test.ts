import { describe, expect, it } from 'vitest'
import { interpretProject } from '../../src/config/load.ts'
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
]

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
    const originals = [fixture('as-people-write-it.json'), fixture('in-production.json')]
    let valid = 0
    for (let i = 0; i < 2_000; i++) {
      let text = originals[i % 2] ?? ''
      if (i % 4 < 2) {
        const { value } = interpretValue(text)
        for (let n = 0; n <= i % 3; n++) mutateValue(value, next)
        text = JSON.stringify(value)
      } else text = mutateText(text, next)
      const { project, errors } = interpretProject('f.json', text)
      if (project) valid++
      else expect(errors.length, text).toBeGreaterThan(0)
      for (const error of errors) {
        expect(error.line).toBeGreaterThan(0)
        expect(error.column).toBeGreaterThan(0)
        expect(error.message).not.toMatch(/\n|undefined|\[object/)
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
