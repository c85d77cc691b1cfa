import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { violations } from './architecture/violations.ts'

const root = fileURLToPath(new URL('../src', import.meta.url))

/** A source tree with these files, and what is wrong with it. */
function planted(files: Record<string, string>): string[] {
  const src = mkdtempSync(join(tmpdir(), 'supportmax-arch-'))
  onTestFinished(() => rmSync(src, { recursive: true }))
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(src, path)), { recursive: true })
    writeFileSync(join(src, path), text)
  }
  return violations(src)
}

const lines = (count: number, text = '') => `${text}${'\n'.repeat(count - 1)}`

/** Enough small files in other rooms, so that none of those planted is too large a share. */
const AROUND = Object.fromEntries(
  ['agent', 'stack', 'store', 'mcp', 'config', 'catalog', 'base', 'exporters'].map(room => [
    `${room}/around.ts`,
    lines(200),
  ]),
)

describe('architecture', () => {
  it('has no violation', () => {
    expect(violations(root)).toEqual([])
  })

  it('finds nothing wrong with a plain tree', () => {
    expect(planted(AROUND)).toEqual([])
  })

  it.each<[rule: string, files: Record<string, string>, words: string]>([
    [
      'an import upwards',
      { 'config/a.ts': `import { up } from '../stack/up.ts'` },
      'config/a.ts imports upwards: stack/up.ts',
    ],
    [
      'a type imported upwards',
      { 'mcp/a.ts': `import type { T } from '../toolset/t.ts'` },
      'mcp/a.ts imports upwards',
    ],
    [
      'a room that is not on the ladder',
      { 'utils/c.ts': `import { up } from '../stack/up.ts'` },
      'not on the ladder',
    ],
    [
      'a program that is imported',
      { 'agent/b.ts': `const m = await import('../mcps/serve.ts')` },
      'agent/b.ts imports the program mcps/serve.ts',
    ],
    [
      'a program that imports a room',
      { 'mcps/serve.ts': `import { x } from '../config/a.ts'` },
      'mcps/serve.ts (a program) imports config/a.ts',
    ],
    [
      'an import upwards inside a room',
      { 'mcp/wire/a.ts': `import { p } from '../pool.ts'` },
      'mcp/wire/a.ts imports upwards inside its room: mcp/pool.ts',
    ],
    [
      'siblings that import each other',
      { 'runtimes/docker/a.ts': `import { p } from '../local/b.ts'` },
      'runtimes/docker/a.ts imports its sibling runtimes/local/b.ts',
    ],
    [
      'vendors that import each other',
      { 'platforms/openai/a.ts': `import { p } from '../google/b.ts'` },
      'platforms/openai/a.ts imports its sibling platforms/google/b.ts',
    ],
    [
      'a room with folders and no order',
      { 'recordings/inner/a.ts': '' },
      'recordings/ has folders and no inner ladder',
    ],
    [
      'a loop',
      { 'base/a.ts': `import './b.ts'`, 'base/b.ts': `import type { A } from './a.ts'` },
      'import loop: base/a.ts -> base/b.ts -> base/a.ts',
    ],
    [
      'a library away from home',
      { 'config/a.ts': `import Docker from 'dockerode'` },
      'config/a.ts imports dockerode',
    ],
    ['the environment', { 'stack/a.ts': 'export const up = process.env.X' }, 'stack/a.ts reads process.env'],
    ['a long file', { 'base/long.ts': lines(251) }, 'base/long.ts has 251 lines'],
    [
      'a long function',
      { 'base/long.ts': `export function run() {${lines(81)}}` },
      'base/long.ts: run has 81 lines',
    ],
    [
      'a long arrow function',
      { 'base/long.ts': `const run = () => {${lines(81)}}` },
      'base/long.ts: run has 81 lines',
    ],
    [
      'functions that are long on the whole',
      { 'base/a.ts': `function a() {${lines(11)}}` },
      'the median function has 11 lines',
    ],
    [
      'a crowded folder',
      Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`store/f${i}.ts`, ''])),
      'store/ holds 10 files',
    ],
    [
      'a large room',
      Object.fromEntries(Array.from({ length: 3 }, (_, i) => [`store/f${i}.ts`, lines(240)])),
      'store/ has 920 lines, more than 15 % of src',
    ],
    [
      'one name for two things',
      { 'stack/a.ts': 'export interface State {}', 'mcp/b.ts': 'export type State = 1' },
      'State is exported by mcp/b.ts and stack/a.ts',
    ],
  ])('finds %s', (_, files, words) => {
    expect(planted({ ...AROUND, ...files }).join('\n')).toContain(words)
  })
})
