import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { knownTools, rememberTools } from '../../../src/stack/state/known-tools.ts'
import { newFolder } from '../../helpers/folder.ts'

describe('the tools that servers listed last', () => {
  it('are kept for each server, in a file of mode 0600', () => {
    const folder = newFolder()
    rememberTools(folder, new Map([['acme/a', ['x']]]))
    rememberTools(folder, new Map([['acme/b', ['y']]]))
    rememberTools(folder, new Map([['acme/a', ['x2']]]))
    expect(knownTools(folder)).toEqual({ 'acme/a': ['x2'], 'acme/b': ['y'] })
    const file = join(folder, 'known-tools.json')
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(JSON.parse(readFileSync(file, 'utf8')).format).toBe(1)
  })

  it.each([
    ['broken', '{"format":'],
    ['of another shape', '{"format":1,"tools":{"acme/a":"x","acme/b":[1]}}'],
    ['of a newer supportmax', '{"format":99,"tools":{"acme/a":["x"]}}'],
  ])('of a file that is %s are none, and that is no error', (_, text) => {
    const folder = newFolder()
    writeFileSync(join(folder, 'known-tools.json'), text)
    expect(Object.values(knownTools(folder)).flat()).toEqual([])
  })

  it('of a newer supportmax are left as they are', () => {
    const folder = newFolder()
    const file = join(folder, 'known-tools.json')
    writeFileSync(file, '{"format":2,"x":1}')
    rememberTools(folder, new Map([['acme/a', ['x']]]))
    expect(readFileSync(file, 'utf8')).toBe('{"format":2,"x":1}')
  })

  it('need no file, and a folder that cannot be written does not matter', () => {
    expect(knownTools('/nonexistent')).toEqual({})
    rememberTools('/dev/null/x', new Map([['acme/a', ['x']]]))
    const folder = newFolder()
    rememberTools(folder, new Map())
    expect(readdirSync(folder)).toEqual([])
  })
})
