import { describe, expect, it } from 'vitest'
import { lockName } from '../../src/packages/lock/place.ts'
import { chooseProgram } from '../../src/packages/programs.ts'
import { packageText, parsePackage } from '../../src/packages/spec.ts'

describe('the name of a package', () => {
  it.each([
    ['npm:name@1.2.3', { registry: 'npm', name: 'name', version: '1.2.3' }],
    ['npm:@scope/name@0.0.83', { registry: 'npm', name: '@scope/name', version: '0.0.83' }],
    ['npm:name@1.0.0-beta.2', { version: '1.0.0-beta.2' }],
    ['npm:@scope/name', { name: '@scope/name', version: undefined }],
    ['npm:name@latest', { version: undefined }],
    [
      'pypi:mcp-server-time==2026.10.19',
      { registry: 'pypi', name: 'mcp-server-time', version: '2026.10.19' },
    ],
    ['pypi:Some_Name.x==1.0rc1', { name: 'some-name-x', version: '1.0rc1' }],
    ['pypi:mcp[cli,http]==1.2', { name: 'mcp', extras: ['cli', 'http'], version: '1.2' }],
    ['pypi:name', { name: 'name', version: undefined }],
  ])('%s is understood', (text, parts) => {
    expect(parsePackage(text)).toMatchObject(parts)
  })

  it.each([
    ['name@1.2.3', 'must begin with "npm:" or "pypi:"'],
    ['docker:name', 'must begin with "npm:" or "pypi:"'],
    ['npm:', 'must begin with "npm:" or "pypi:"'],
    ['npm:name@^1.2', '"^1.2" is not an exact version'],
    ['npm:name@next', '"next" is not an exact version'],
    ['npm:../other', '"../other" is not the name of an npm package'],
    ['npm:https://example.com/x.tgz', '"https://example.com/x.tgz" is not the name of an npm package'],
    ['npm:name==1.2', '"name==1.2" is not the name of an npm package'],
    ['npm:@scope', '"@scope" is not the name of an npm package'],
    ['pypi:name>=1', '"name>=1" does not name an exact version'],
    ['pypi:name==1.*', '"1.*" is not an exact version'],
    ['pypi:name; python_version<"3"', 'does not name an exact version'],
    ['pypi:git+https://example.com/x', '"git+https://example.com/x" is not the name of a PyPI package'],
    ['pypi:-e .', '"-e ." is not the name of a PyPI package'],
  ])('%s is refused', (text, words) => {
    expect(parsePackage(text)).toMatchObject({ message: expect.stringContaining(words) })
  })

  it.each(['npm:@scope/name@1.2.3', 'npm:name', 'pypi:mcp[cli]==1.2'])(
    '%s is written as it is read',
    text => {
      const spec = parsePackage(text)
      expect('registry' in spec && packageText(spec)).toBe(text)
    },
  )
})

describe('the name of a lock file', () => {
  const nameOf = (text: string) => {
    const spec = parsePackage(text)
    return 'registry' in spec ? lockName(spec) : undefined
  }

  it('says which package and version it is for', () => {
    expect(nameOf('npm:@playwright/mcp@0.0.83')).toBe('npm-@playwright+mcp@0.0.83.package-lock.json')
    expect(nameOf('pypi:mcp[cli]==1.2')).toBe('pypi-mcp+cli@1.2.requirements.txt')
    expect(nameOf('npm:name')).toBe('npm-name.package-lock.json')
  })

  it('differs for packages that look alike', () => {
    const texts = ['npm:@a/b', 'npm:a-b', 'npm:@a/b-c', 'npm:@a-b/c', 'npm:a', 'npm:a@1.0.0', 'pypi:a']
    expect(new Set(texts.map(nameOf)).size).toBe(texts.length)
  })
})

describe('the program of a package', () => {
  const chosen = (bin: string | undefined, ...programs: string[]) =>
    chooseProgram({ name: '@scope/server', bin }, programs)

  it('is the only one, or the one with the name of the package', () => {
    expect(chosen(undefined, 'mcp-hubspot')).toBe('mcp-hubspot')
    expect(chosen(undefined, 'setup', 'server')).toBe('server')
    expect(chosen('setup', 'setup', 'server')).toBe('setup')
  })

  it.each([
    [
      undefined,
      ['b', 'a'],
      '@scope/server has 2 programs, and none has its name',
      'set "bin" to one of: a, b',
    ],
    ['c', ['a'], '@scope/server has no program "c"', 'set "bin" to one of: a'],
    [undefined, [], '@scope/server has no program to start', 'name the package that has the server'],
  ])('%s of %j cannot be chosen', (bin, programs, message, hint) => {
    expect(chosen(bin, ...programs)).toEqual({ message, hint })
  })
})
