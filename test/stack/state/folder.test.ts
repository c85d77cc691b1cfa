import { chmodSync, mkdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, expect, it } from 'vitest'
import { interpretProject } from '../../../src/config/load.ts'
import type { Project } from '../../../src/config/project.ts'
import { NO_CREDENTIALS } from '../../../src/secrets/credentials.ts'
import { openState, projectOfState } from '../../../src/stack/state/folder.ts'
import { newFolder } from '../../helpers/folder.ts'

let home: string
let project: Project
beforeEach(() => {
  home = newFolder()
  const read = interpretProject(join(home, 'mcp_servers.json'), '{"project":"acme","customers":[]}')
  project = read.project as Project
})

const modeOf = (path: string) => statSync(path).mode & 0o777

it('makes the folder private, also one that others could read', () => {
  const { folder } = openState(project, NO_CREDENTIALS, home)
  expect(modeOf(folder)).toBe(0o700)
  chmodSync(folder, 0o755)
  openState(project, NO_CREDENTIALS, home)
  expect(modeOf(folder)).toBe(0o700)
})

it('leaves a private folder as it is, so that it can be on a read-only file system', () => {
  const { folder } = openState(project, NO_CREDENTIALS, home)
  chmodSync(folder, 0o500)
  openState(project, NO_CREDENTIALS, home)
  expect(modeOf(folder)).toBe(0o500)
})

it('says in words why the folder cannot be created', () => {
  const file = join(home, 'file')
  writeFileSync(file, '')
  expect(() => openState(project, NO_CREDENTIALS, join(file, 'supportmax'))).toThrow(
    /: cannot create this folder \(part of the path is a file\)$/,
  )
})

it('knows no project where the folder of all states is a file', () => {
  const file = join(home, 'file')
  writeFileSync(file, '')
  expect(projectOfState(project.file, file)).toBeUndefined()
  expect(projectOfState(project.file, join(file, 'supportmax'))).toBeUndefined()
  mkdirSync(join(home, 'empty'))
  expect(projectOfState(project.file, join(home, 'empty'))).toBeUndefined()
})
