// Random documents: an entry goes in and out, and everything else stays as it was.

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stringify as tomlText } from 'smol-toml'
import { describe, expect, it } from 'vitest'
import { stringify as yamlText } from 'yaml'
import { type EntryFile, readEntries, removeEntry, writeEntry } from '../../../src/exporters/clients/file.ts'
import { newFolder } from '../../helpers/folder.ts'

const ENTRY = { command: '/a b/"c"', args: ['--x', '', 'é\\'], env: { A: '1' } }
const isOwn = (name: string) => name.startsWith('supportmax-')

/** Numbers that are the same in each run. */
function random(seed: number): (below: number) => number {
  let state = seed
  return below => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return Math.floor((state / 2_147_483_648) * below)
  }
}

function anyValue(next: (below: number) => number, depth: number): unknown {
  const simple = [
    'x',
    'a: b # c',
    '[servers.x]',
    '{"servers": {}}',
    'two\nlines\n',
    0,
    1.5,
    true,
    '',
    'é "q"',
  ]
  const kind = depth > 2 ? 0 : next(4)
  if (kind === 1) return Array.from({ length: next(3) }, () => anyValue(next, depth + 1))
  if (kind === 2) return objectOf(next, depth + 1)
  return simple[next(simple.length)]
}

function objectOf(next: (below: number) => number, depth: number): Record<string, unknown> {
  const keys = ['a', 'b c', 'servers', 'd-e', '"q"', '#h'].filter(() => next(2) === 0)
  return Object.fromEntries(keys.map(key => [key, anyValue(next, depth)]))
}

function documentOf(next: (below: number) => number): Record<string, unknown> {
  const { servers: _, ...rest } = objectOf(next, 0)
  const servers = Object.fromEntries(
    ['one', 'two'].filter(() => next(2) === 0).map(key => [key, objectOf(next, 1)]),
  )
  return next(3) === 0 ? rest : next(2) === 0 ? { servers, ...rest } : { ...rest, servers }
}

const WRITERS: [EntryFile['syntax'], (document: object, next: (below: number) => number) => string][] = [
  ['json', (document, next) => JSON.stringify(document, null, [0, 1, 2, 4, '\t'][next(5)])],
  ['toml', document => tomlText(document)],
  [
    'yaml',
    (document, next) =>
      yamlText(document, { indent: 2 + next(3), collectionStyle: next(4) === 0 ? 'flow' : 'any' }),
  ],
]

describe.each(WRITERS)('%s', (syntax, write) => {
  it('gives back 500 random documents byte for byte, or says that it cannot edit them', () => {
    const file = join(newFolder(), 'file')
    let refused = 0
    for (let seed = 1; seed <= 500; seed++) {
      const next = random(seed)
      const document = documentOf(next)
      const text = write(document, next)
      const edited: EntryFile = {
        file,
        syntax,
        place: { container: 'servers', kind: 'object', name: 'supportmax-acme' },
      }
      writeFileSync(file, text)
      const before = [...readEntries(edited)]
      try {
        writeEntry(edited, ENTRY, { isOwn, isPrivate: false })
      } catch (error) {
        expect(String(error)).toMatch(/cannot be edited/)
        expect(readFileSync(file, 'utf8')).toBe(text)
        refused++
        continue
      }
      const entries = readEntries(edited)
      expect(entries.get('supportmax-acme'), text).toEqual(ENTRY)
      expect(
        [...entries].filter(([name]) => !isOwn(name)),
        text,
      ).toEqual(before)
      // As if somebody had changed something else since: the entry alone is taken away.
      const touched = `${readFileSync(file, 'utf8')}${syntax === 'json' ? '\n' : '\n# new\n'}`
      removeEntry(edited, isOwn)
      expect(readFileSync(file, 'utf8'), text).toBe(text)
      writeFileSync(file, touched)
      removeEntry(edited, isOwn)
      expect([...readEntries(edited)], touched).toEqual(before)
    }
    expect(refused).toBeLessThan(5)
  })
})
