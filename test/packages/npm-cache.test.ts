import { execFile } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { newFolder } from '../helpers/folder.ts'

const SCRIPT = fileURLToPath(new URL('../../scripts/npm-cache.ts', import.meta.url))

/** Writes the package first; killed in the middle as long as there is no file `whole`. */
const NPM = `#!/bin/sh
echo called >> calls
mkdir -p node_modules/.cache/tool/node_modules/tool
echo '{ "version": "1.2.3" }' > node_modules/.cache/tool/node_modules/tool/package.json
[ -e whole ] || kill -9 $$
`

it('what a killed npm has installed is installed again, and what is whole is not', async () => {
  const cwd = newFolder()
  const npm = join(cwd, 'bin', 'npm')
  mkdirSync(dirname(npm))
  writeFileSync(npm, NPM, { mode: 0o755 })
  const env = { PATH: `${dirname(npm)}:${process.env.PATH}` }
  const run = () => promisify(execFile)(process.execPath, [SCRIPT, 'tool', 'tool@1.2.3'], { cwd, env })
  await expect(run()).rejects.toThrow('npm could not install tool@1.2.3')
  writeFileSync(join(cwd, 'whole'), '')
  const folder = join(cwd, 'node_modules', '.cache', 'tool')
  expect((await run()).stdout).toBe(`${folder}\n`)
  expect((await run()).stdout).toBe(`${folder}\n`)
  expect(readFileSync(join(cwd, 'calls'), 'utf8')).toBe('called\ncalled\n')
})
