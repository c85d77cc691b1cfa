import { mkdirSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

/** From top to bottom; a folder imports only from folders below it (and from itself). */
const LADDER = [
  'cli',
  'chat',
  'app',
  'agent',
  'stack',
  'recordings',
  'store',
  'coordinator',
  'dialects',
  'platforms',
  'toolset',
  'mcp',
  'runtimes',
  'exporters',
  'config',
  'catalog',
  'base',
]

/** Programs of their own: they import base, themselves and what is listed; nothing imports them. */
const PROGRAMS: Record<string, string[]> = { mcps: ['base'], demo: ['base'] }

/** Where each library lives. */
const HOMES: [RegExp, RegExp][] = [
  [/^dockerode$/, /^runtimes\//],
  [/^execa$/, /^runtimes\//],
  [/^openai($|\/)/, /^platforms\/openai\//],
  [/^@anthropic-ai\/sdk($|\/)/, /^platforms\/anthropic\//],
  [/^@google\/genai($|\/)/, /^platforms\/google\//],
  [/^@pydantic\/genai-prices$/, /^coordinator\/money\//],
  [/^prom-client$/, /^coordinator\/figures\//],
  [/^node:sqlite$/, /^store\//],
  [/^@modelcontextprotocol\//, /^(mcp|mcps)\//],
  [/^undici$/, /^(mcp|mcps)\//],
  [/^(ink|react)($|\/)/, /^chat\//],
  [/^commander$/, /^cli\//],
  [/^zod$/, /^(config|catalog|mcp|mcps|recordings)\//],
  [/^jsonc-parser$/, /^config\//],
  [/^js-yaml$/, /^exporters\/compose\//],
  [/^(string-width|wrap-ansi|cli-truncate)$/, /^base\/text\//],
]
const ENVIRONMENT = /^(config\/env\.ts|mcps\/serve\.ts)$/
const MOST_FILES = 9
const MOST_LINES = 250

const root = join(dirname(fileURLToPath(import.meta.url)), '..', 'src')

function filesBelow(folder: string): string[] {
  return readdirSync(folder).flatMap(name => {
    const path = join(folder, name)
    return statSync(path).isDirectory() ? filesBelow(path) : /\.tsx?$/.test(name) ? [path] : []
  })
}

function room(path: string): string {
  return path.includes('/') ? (path.split('/')[0] ?? '') : path.replace(/\.ts$/, '')
}

/** Every break of the rules in one source tree, each as a sentence. */
function violations(src: string): string[] {
  const found: string[] = []
  const perFolder = new Map<string, number>()
  for (const file of filesBelow(src)) {
    const path = relative(src, file)
    const text = readFileSync(file, 'utf8')
    perFolder.set(dirname(path), (perFolder.get(dirname(path)) ?? 0) + 1)
    const lines = text.split('\n').length
    if (lines > MOST_LINES) found.push(`${path} has ${lines} lines, more than ${MOST_LINES}`)
    if (/process\.env\b/.test(text) && !ENVIRONMENT.test(path)) found.push(`${path} reads process.env`)
    for (const [, from] of text.matchAll(/(?:from\s+|import\s*\(?\s*)'([^']+)'/g)) {
      if (!from) continue
      if (from.startsWith('.')) found.push(...wrongStep(path, relative(src, resolve(dirname(file), from))))
      else
        for (const [library, home] of HOMES)
          if (library.test(from) && !home.test(path))
            found.push(`${path} imports ${from}, whose home is ${home}`)
    }
  }
  for (const [folder, count] of perFolder)
    if (count > MOST_FILES) found.push(`${folder}/ holds ${count} files, more than ${MOST_FILES}`)
  return found
}

function wrongStep(from: string, to: string): string[] {
  const [a, b] = [room(from), room(to)]
  if (a === b) return []
  const allowed = PROGRAMS[a]
  if (allowed) return allowed.includes(b) ? [] : [`${from} (a program) imports ${to}`]
  if (PROGRAMS[b]) return [`${from} imports the program ${to}`]
  const [high, low] = [LADDER.indexOf(a), LADDER.indexOf(b)]
  if (high < 0 || low < 0) return [`${from} -> ${to}: a folder that is not on the ladder`]
  return low > high ? [] : [`${from} imports upwards: ${to}`]
}

describe('architecture', () => {
  it('keeps the ladder, the homes of libraries, one door for the environment, and small rooms', () => {
    expect(violations(root)).toEqual([])
  })

  it('finds planted violations', () => {
    const src = mkdtempSync(join(tmpdir(), 'supportmax-arch-'))
    const plant = (path: string, text: string) => {
      mkdirSync(dirname(join(src, path)), { recursive: true })
      writeFileSync(join(src, path), text)
    }
    plant('config/a.ts', `import { up } from '../stack/up.ts'\nimport Docker from 'dockerode'`)
    plant('stack/up.ts', `export const up = process.env.X`)
    plant('agent/b.ts', `const m = await import('../mcps/serve.ts')`)
    plant('mcps/serve.ts', `import { x } from '../config/a.ts'`)
    plant('utils/c.ts', `import { up } from '../stack/up.ts'`)
    plant('base/long.ts', '\n'.repeat(300))
    for (let i = 0; i < 12; i++) plant(`llm/f${i}.ts`, '')
    const found = violations(src).join('\n')
    for (const words of [
      'config/a.ts imports upwards: stack/up.ts',
      'config/a.ts imports dockerode',
      'stack/up.ts reads process.env',
      'agent/b.ts imports the program mcps/serve.ts',
      'mcps/serve.ts (a program) imports config/a.ts',
      'not on the ladder',
      'base/long.ts has 301 lines',
      'llm/ holds 12 files',
    ])
      expect(found).toContain(words)
  })
})
