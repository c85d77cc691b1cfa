import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { isForeign } from '../../src/stack/stack.ts'
import { newFolder } from '../helpers/folder.ts'
import { anyCustomer, projectOf } from '../helpers/projects.ts'

it('a server of another configuration file is foreign, unless that file is gone', () => {
  const folder = newFolder()
  const other = join(folder, 'other.json')
  const project = projectOf({ customers: [anyCustomer('A')] }, join(folder, 'mine.json'))
  writeFileSync(other, '{}')
  expect(isForeign(project, { configFile: other })).toBe(true)
  expect(isForeign(project, { configFile: project.file })).toBe(false)
  expect(isForeign(project, { configFile: '' })).toBe(false)
  expect(isForeign(project, { configFile: join(folder, 'moved-away.json') })).toBe(false)
})
