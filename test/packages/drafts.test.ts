import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { expect, it } from 'vitest'
import { makeDraft, removeDraft } from '../../src/packages/drafts.ts'
import { newFolder } from '../helpers/folder.ts'

it('what a killed process left is removed, and what a living one works in is kept', () => {
  const folder = newFolder()
  const { pid } = spawnSync(process.execPath, ['--version'])
  const left = join(folder, `tmp-${pid}-left`)
  mkdirSync(join(left, 'package'), { recursive: true })
  writeFileSync(join(left, 'package', 'file'), '')
  chmodSync(join(left, 'package'), 0o555)
  const own = makeDraft(folder)
  const other = makeDraft(folder)
  expect(readdirSync(folder).sort()).toEqual([own, other].map(path => basename(path)).sort())
  expect(statSync(own).mode & 0o777).toBe(0o700)
})

it('what the npm of a killed process has written since then is removed with the next draft', () => {
  const folder = newFolder()
  const { pid } = spawnSync(process.execPath, ['--version'])
  const own = makeDraft(folder)
  mkdirSync(join(folder, `tmp-${pid}-left`, 'node_modules'), { recursive: true })
  removeDraft(own)
  expect(readdirSync(folder)).toEqual([])
})
