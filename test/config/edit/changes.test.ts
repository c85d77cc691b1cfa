import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { changeOf, differenceText, writeChanges } from '../../../src/config/edit/changes.ts'
import { newFolder } from '../../helpers/folder.ts'

describe('the difference', () => {
  const difference = (before: string | undefined, after: string) =>
    differenceText({ file: 'f', before, after, mode: 0o644 })

  it('shows the lines that change, with two lines around them', () => {
    expect(difference('1\n2\n3\n4\n5\n6\n', '1\n2\n3\nnew\n5\n6\n')).toBe(
      '--- f\n+++ f\n@@ line 4 @@\n 2\n 3\n-4\n+new\n 5\n 6',
    )
  })

  it('of a new file is the file, and of no change nothing', () => {
    expect(difference(undefined, 'a\nb\n')).toBe('--- f\n+++ f\n@@ line 1 @@\n+a\n+b')
    expect(difference('a\n', 'a\n')).toBe('')
    expect(difference('a\na\n', 'a\na\na\n')).toBe('--- f\n+++ f\n@@ line 3 @@\n a\n a\n+a')
  })
})

describe('writing', () => {
  it('keeps the mode of a file, and gives a new one its own', () => {
    const folder = newFolder()
    const [old, fresh] = [join(folder, 'old'), join(folder, 'fresh')]
    writeFileSync(old, 'x', { mode: 0o640 })
    writeChanges([changeOf(old, text => `${text}y`, 0o600), changeOf(fresh, () => 'z', 0o600)])
    expect([readFileSync(old, 'utf8'), readFileSync(fresh, 'utf8')]).toEqual(['xy', 'z'])
    expect([statSync(old).mode & 0o777, statSync(fresh).mode & 0o777]).toEqual([0o640, 0o600])
  })

  it('leaves every file as it was if one cannot be written', () => {
    const folder = newFolder()
    const [one, two] = [join(folder, 'one'), join(folder, 'two')]
    writeFileSync(two, 'before')
    // Its draft has a longer name, which is too long.
    const broken = changeOf(join(folder, 'x'.repeat(245)), () => 'new')
    const changes = [changeOf(one, () => 'new'), changeOf(two, () => 'new')]
    expect(() => writeChanges([...changes, broken])).toThrow('name too long')
    expect([statSync(one, { throwIfNoEntry: false }), readFileSync(two, 'utf8')]).toEqual([
      undefined,
      'before',
    ])
  })

  it('is refused for all files if one has changed meanwhile', () => {
    const folder = newFolder()
    const [one, two] = [join(folder, 'one'), join(folder, 'two')]
    writeFileSync(two, 'before')
    const changes = [changeOf(one, () => 'new'), changeOf(two, () => 'new')]
    writeFileSync(two, 'by an editor')
    expect(() => writeChanges(changes)).toThrow('two changed meanwhile; nothing was written')
    expect([statSync(one, { throwIfNoEntry: false }), readFileSync(two, 'utf8')]).toEqual([
      undefined,
      'by an editor',
    ])
  })
})
