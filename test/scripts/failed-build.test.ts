import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { newFolder } from '../helpers/folder.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

it('a build that fails leaves nothing behind', () => {
  const copy = newFolder()
  for (const name of ['package.json', 'scripts', 'src', 'templates'])
    cpSync(join(root, name), join(copy, name), { recursive: true })
  const modules = join(copy, 'node_modules')
  mkdirSync(modules)
  for (const name of readdirSync(join(root, 'node_modules')).filter(one => !one.startsWith('.')))
    symlinkSync(join(root, 'node_modules', name), join(modules, name))
  // The servers are built before the command line, which fails.
  writeFileSync(join(copy, 'src', 'cli', 'main.ts'), "import './gone.ts'\n")
  const { status, stderr } = spawnSync(process.execPath, [join(copy, 'scripts', 'build.ts')], {
    encoding: 'utf8',
  })
  expect(stderr).toContain('gone.ts')
  expect(status).toBe(1)
  expect(readdirSync(modules).filter(one => one.startsWith('.'))).toEqual([])
})
