// Programs from npm that are too big, or too seldom needed, for package.json. They stay below node_modules/.cache.

import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'

/** Where they are installed, below `node_modules` of this folder, or why they cannot be. */
export type Installed = { folder: string } | { reason: string }

/** Installs packages, each with its exact version, into a folder of this name, unless they are there. */
export async function installed(name: string, packages: readonly string[]): Promise<Installed> {
  const folder = resolve('node_modules/.cache', name)
  const wanted = JSON.stringify(packages)
  if (textOf(join(folder, WHOLE)) === wanted && packages.every(one => isThere(folder, one))) return { folder }
  mkdirSync(folder, { recursive: true })
  rmSync(join(folder, WHOLE), { force: true })
  writeFileSync(join(folder, 'package.json'), '{ "private": true }')
  const words = ['install', '--prefix', folder, '--no-audit', '--no-fund', '--no-package-lock']
  try {
    await promisify(execFile)('npm', [...words, '--ignore-scripts', '--loglevel=error', ...packages])
    writeFileSync(join(folder, WHOLE), wanted)
    return { folder }
  } catch (error) {
    const said = String((error as { stderr?: string }).stderr ?? '').trim() || (error as Error).message
    // The line with the code comes first, and says little.
    const lines = said.split('\n').map(line => line.replace('npm error ', ''))
    const what = lines.find(line => !line.startsWith('code ')) ?? said
    return { reason: `npm could not install ${packages.join(', ')}: ${what}` }
  }
}

/** Written last, with the packages: npm that was killed leaves a part of them. */
const WHOLE = 'installed.json'

function isThere(folder: string, name: string): boolean {
  const at = name.lastIndexOf('@')
  try {
    const text = textOf(join(folder, 'node_modules', name.slice(0, at), 'package.json'))
    return JSON.parse(text ?? '{}').version === name.slice(at + 1)
  } catch {
    return false
  }
}

function textOf(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined
}

/** `node scripts/npm-cache.ts NAME PACKAGE@VERSION…` prints the folder, for scripts that are no TypeScript. */
if (import.meta.main) {
  const [name = '', ...packages] = process.argv.slice(2)
  const place = await installed(name, packages)
  if ('folder' in place) console.log(place.folder)
  else {
    console.error(place.reason)
    process.exitCode = 1
  }
}
