// Exports of a conversation whose names, labels and results are hostile: what a browser, a viewer and a program get.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { lexer, walkTokens } from 'marked'
import { beforeAll, describe, expect, it } from 'vitest'
import { openTranscripts } from '../../src/agent/transcript/open.ts'
import { loadProject } from '../../src/config/load.ts'
import { stateFolderOf } from '../../src/stack/state/folder.ts'
import type { Toolset } from '../../src/toolset/toolset.ts'
import { type Place, placeIn, supportmax, withoutDocker } from '../helpers/cli.ts'
import { newFolder } from '../helpers/folder.ts'

const HOSTILE = [
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '</code></pre></details><iframe src=//evil.example></iframe>',
  '[click](javascript:alert(1))',
  '![x](https://evil.example/?q=1)',
  '| broken | table |\n|---|---|\n# no heading of mine',
  '\u202egnp.exe\u202c \u200f\u200b\u0007\u001b[2J\u009b2J',
].join(' ')
const LARGE = `${HOSTILE} ${'row of a large result\n'.repeat(950_000)}`

let place: Place
let id: string

beforeAll(() => {
  place = withoutDocker(placeIn(newFolder()))
  const config = join(place.folder, 'mcp_servers.json')
  writeFileSync(config, JSON.stringify({ customers: [{ name: 'Acme', mcp_servers: [] }] }))
  const home = join(place.folder, 'state', 'supportmax')
  const folder = stateFolderOf(loadProject(config).project.name, config, home)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const warn = (text: string) => expect(text).toBe('')
  const transcripts = openTranscripts({ folder, keepDays: () => 30, warn }, HOSTILE)
  id = crypto.randomUUID()
  const transcript = transcripts.transcriptFor('acme', id)
  const at = new Date()
  transcript?.asked({ text: `why ${HOSTILE}`, isCritical: false }, at)
  const customer = { id: 'acme', name: 'Acme', environment: undefined, access: 'read-only' }
  const missing = [{ server: 'grafana', state: 'unhealthy', reason: `no answer ${HOSTILE}`, hint: '' }]
  transcript?.setting({ tools: [], customer, missing } as unknown as Toolset)
  for (const [i, text] of [HOSTILE, LARGE].entries()) {
    const call = { server: `s ${HOSTILE}`, tool: `t ${HOSTILE}`, args: { q: HOSTILE }, isWrite: false, at }
    transcript?.begun(i + 1, call)
    transcript?.event({ type: 'call-started', id: `${i}`, number: i + 1, ...call })
    const facts = { number: i + 1, byPerson: false, size: Buffer.byteLength(text), took: 1, isLarge: i > 0 }
    transcript?.ended({ ...call, ...facts, kind: 'answered' }, text)
  }
  const who = { platform: HOSTILE, model: HOSTILE, rule: undefined, crossCheck: undefined }
  transcript?.event({ type: 'answer', text: HOSTILE, turns: 1, ...who })
  transcript?.leave()
  transcripts.close()
})

async function exported(format: string): Promise<string> {
  const file = `out.${format}`
  const done = await supportmax(place, 'transcript', 'export', id, '--format', format, '--output', file)
  expect(done).toMatchObject({ code: 0 })
  return readFileSync(join(place.folder, file), 'utf8')
}

/** Of those that move a cursor or reorder text; line ends may be there. */
const UNSEEN = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b\u200f\u202a-\u202e\u2066-\u2069]/

describe('an export of hostile texts', () => {
  it('as HTML runs and loads nothing, has each result closed, and stays small', async () => {
    const html = await exported('html')
    const body = html.slice(html.indexOf('<main>'))
    expect(body).not.toMatch(/<(script|img|a|iframe|svg|style|link|object)\b/i)
    expect(body).not.toMatch(/<[^>]+\s(on\w+|src|href|style)\s*=/i)
    expect(body).not.toMatch(UNSEEN)
    expect(body.match(/<details>/g)).toHaveLength(2)
    expect(body.match(/<\/details>/g)).toHaveLength(2)
    expect(body).toContain('&lt;script&gt;alert(1)&lt;/script&gt;')
    expect(body).toMatch(
      /<em>The first 6\d(\.\d)? KB of (19|2\d)(\.\d)? MB; the JSON export has all of it\.<\/em>/,
    )
    expect(html.length).toBeLessThan(300_000)
  })

  it('as Markdown has only its own headings, and no link, image or HTML', async () => {
    const text = await exported('markdown')
    expect(text.match(/^#+ .*/gm)?.map(one => one.slice(0, 12))).toEqual([
      '# Acme (acme',
      '## why \\<scr',
      '## What coul',
      '## Evidence',
    ])
    // A viewer may make a link of an address that is there as text: its target is seen.
    const found = new Set<string>()
    walkTokens(lexer(text), ({ type, raw }) => void found.add(`${type}: ${raw.slice(0, 60)}`))
    expect([...found].filter(one => /^(link: (?!https:)|image|html|def)/.test(one))).toEqual([])
    // Nor for a reader that knows no code.
    expect(text.replace(/`[^`]*`/g, '')).not.toMatch(/\]\(|(?<!\\)<(script|img|iframe)/i)
    expect(text).not.toMatch(UNSEEN)
    expect(text).toContain('- grafana was not available: no answer')
  })

  it('as JSON is whole, and shows nothing that is not there', async () => {
    const text = await exported('json')
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/)
    const { calls, missing } = JSON.parse(text)
    expect(calls.map((one: { text: string }) => one.text)).toEqual([HOSTILE, LARGE])
    expect(missing).toMatchObject([{ server: 'grafana', reason: `no answer ${HOSTILE}` }])
  })
})

it('a list of them breaks no line of the terminal', async () => {
  const { stdout } = await supportmax(place, 'transcript', 'list')
  expect(stdout.trimEnd().split('\n')).toHaveLength(2)
  expect(stdout).not.toMatch(UNSEEN)
})

it('there is no note for the customer where no sentence cites a result', async () => {
  const { code, stdout, stderr } = await supportmax(place, 'transcript', 'share', id)
  expect([code, stdout]).toEqual([2, ''])
  expect(stderr).toContain('no sentence of an answer is proven by a result, and nothing was changed')
})
