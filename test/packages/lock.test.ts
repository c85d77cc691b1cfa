import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { lockPath } from '../../src/packages/lock/place.ts'
import { readLock } from '../../src/packages/lock/read.ts'
import { type PackageSource, parsePackage } from '../../src/packages/spec.ts'
import { newFolder } from '../helpers/folder.ts'

function sourceOf(text: string, folder = newFolder()): PackageSource {
  const spec = parsePackage(text)
  if (!('registry' in spec)) throw new Error(spec.message)
  return { ...spec, bin: undefined, allowScripts: [], lockFile: join(folder, 'lock') }
}

function read(text: string, content: string) {
  const source = sourceOf(text)
  writeFileSync(source.lockFile, content)
  const lock = readLock(source)
  return lock.state === 'broken' ? lock.reason.replace(`${source.lockFile}: `, '') : lock
}

const HASH = 'sha512-aaaa'
const npmLock = (packages: object, over: object = {}) =>
  JSON.stringify({
    lockfileVersion: 3,
    packages: { '': { dependencies: { server: '1.2.3' } }, ...packages },
    ...over,
  })
const SERVER = { version: '1.2.3', integrity: HASH, bin: { start: './cli.js' } }

describe('the lock of an npm package', () => {
  it('says what is installed, what can be started, and which code would run during the installation', () => {
    const other = { version: '2.0.0', integrity: HASH, hasInstallScript: true }
    const lock = read(
      'npm:server@1.2.3',
      npmLock({ 'node_modules/server': SERVER, 'node_modules/@x/other': other }),
    )
    expect(lock).toMatchObject({
      state: 'locked',
      version: '1.2.3',
      packages: 2,
      programs: { start: 'cli.js' },
      scripts: ['@x/other'],
    })
  })

  const own = { 'node_modules/server': SERVER }
  it.each([
    ['{', 'is not valid JSON'],
    ["TOKEN_BETA='secret'", 'is not valid JSON'],
    [npmLock(own, { lockfileVersion: 1 }), 'is not a package-lock.json of version 3'],
    [npmLock({}), 'does not contain server'],
    [npmLock({ 'node_modules/server': { ...SERVER, version: '1.2.4' } }), 'has server 1.2.4, not 1.2.3'],
    [
      npmLock({ ...own, '': { dependencies: { server: '1.2.3', evil: '1.0.0' } } }),
      'is not the lock of server 1.2.3',
    ],
    [npmLock({ ...own, 'node_modules/other': { version: '1.0.0' } }), 'has no hash for other'],
    [
      npmLock({ ...own, 'node_modules/other': { resolved: 'git+ssh://git@example.com/x.git#1' } }),
      'pins other to a git repository, which has no hash to check',
    ],
    [npmLock({ ...own, '../other': SERVER }), 'has a package at ../other, outside node_modules'],
    [
      npmLock({ ...own, 'node_modules/.bin/x': SERVER }),
      'has a package at node_modules/.bin/x, outside node_modules',
    ],
    [npmLock({ 'node_modules/server': { ...SERVER, name: 'evil' } }), 'has evil in place of server'],
    [
      npmLock({ 'node_modules/server': { ...SERVER, resolved: 'git+file:///tmp/evil' } }),
      'pins server to a git repository, which has no hash to check',
    ],
    [
      npmLock({ 'node_modules/server': { ...SERVER, resolved: 'file:../evil.tgz' } }),
      'has server from a file or a folder, not from the registry',
    ],
    [
      npmLock({ 'node_modules/server': { ...SERVER, link: true, resolved: 'https://x' } }),
      'has server from a file or a folder, not from the registry',
    ],
    [
      npmLock({ ...own, 'node_modules/other': { version: '1.0.0', inBundle: true } }),
      'has no hash for other',
    ],
    [
      npmLock({ ...own, 'node_modules/server/node_modules/other': { version: '1.0.0', inBundle: true } }),
      'has no hash for other',
    ],
    [
      npmLock({
        'node_modules/server': { ...SERVER, bundleDependencies: ['x'] },
        'node_modules/server/node_modules/x': { inBundle: true, resolved: 'https://example.com/x.tgz' },
      }),
      'has no hash for x',
    ],
  ])('%s is refused', (content, words) => {
    const said = read('npm:server@1.2.3', content)
    expect(said).toBe(words)
  })

  it('may have packages inside another one, and names those that are not from the registry', () => {
    const resolved = 'https://example.com/other.tgz'
    const lock = npmLock({
      'node_modules/server': { ...SERVER, bundleDependencies: ['a'] },
      'node_modules/server/node_modules/a': { version: '1.0.0', inBundle: true },
      'node_modules/server/node_modules/a/node_modules/@x/b': { version: '1.0.0', inBundle: true },
      'node_modules/other': { version: '1.0.0', integrity: HASH, resolved },
    })
    expect(read('npm:server@1.2.3', lock)).toMatchObject({
      packages: 4,
      elsewhere: [`other from ${resolved}`],
    })
  })

  it('of a package without a version names the version', () => {
    const root = { '': { dependencies: { server: '*' } } }
    expect(read('npm:server', npmLock({ ...own, ...root }))).toMatchObject({ version: '1.2.3' })
  })
})

describe('the lock of a PyPI package', () => {
  const hash = `--hash=sha256:${'a'.repeat(64)}`
  const head = '# server==1.2 for Python >= 3.10\n'

  it('says what is installed, for which Python', () => {
    const text = `${head}My.Dep==2.0 ; sys_platform == 'linux' \\\n    ${hash} \\\n    ${hash}\nserver==1.2 \\\n    ${hash}\n`
    expect(read('pypi:server==1.2', text)).toMatchObject({
      state: 'locked',
      version: '1.2',
      python: '3.10',
      names: ['my-dep', 'server'],
      packages: 2,
    })
  })

  it.each([
    [`server==1.2 ${hash}\n`, 'is not the lock of server 1.2'],
    [`# server==1.1 for Python >= 3.10\nserver==1.1 ${hash}`, 'is not the lock of server 1.2'],
    [`${head}server==1.3 ${hash}`, 'has server 1.3, not 1.2'],
    [`${head}other==1.3 ${hash}`, 'does not contain server'],
    [`${head}server==1.2`, 'has no hash for server'],
    [`${head}server>=1.2 ${hash}`, 'has "server>=1.2", which pins no version'],
    [
      `${head}--index-url https://example.com\nserver==1.2 ${hash}`,
      'has "--index-url", which pins no version',
    ],
    [`${head}server @ https://example.com/x.whl ${hash}`, 'has "server", which pins no version'],
    [
      `${head}server==1.2 ${hash} --index-url https://example.com`,
      'has more than a version and hashes for server',
    ],
    [`${head}server==1.2 ; x == '1' -r other.txt ${hash}`, 'has more than a version and hashes for server'],
    [
      `${head}server==1.2 @ https://example.com/x.whl ${hash}`,
      'has more than a version and hashes for server',
    ],
    [`${head}server==1.2 ${hash}\r--index-url https://example.com\r`, 'has a control character'],
  ])('%j is refused', (content, words) => {
    expect(read('pypi:server==1.2', content)).toBe(words)
  })
})

it('a lock that is not there is missing, and each version has a file of its own', () => {
  expect(readLock(sourceOf('npm:x@1.0.0'))).toEqual({ state: 'missing' })
  const path = (text: string) => lockPath('/project', sourceOf(text))
  expect(path('npm:x@1.0.0')).toBe('/project/mcp-locks/npm-x@1.0.0.package-lock.json')
  expect(path('npm:x@1.0.1')).not.toBe(path('npm:x@1.0.0'))
})
