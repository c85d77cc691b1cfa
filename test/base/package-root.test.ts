import { mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { commandName } from '../../src/base/package-root.ts'
import { newFolder } from '../helpers/folder.ts'

function checkout(name = 'supportmax'): string {
  const folder = newFolder()
  mkdirSync(join(folder, name, 'src'), { recursive: true })
  return join(folder, name)
}

describe('the command that a person types', () => {
  it('is the bin file of a checkout, as seen from the folder they are in', () => {
    const root = checkout()
    expect(commandName(root, root)).toBe('./bin/supportmax.js')
    expect(commandName(join(root, 'customers'), root)).toBe('../bin/supportmax.js')
    expect(commandName(join(root, 'bin'), root)).toBe('./supportmax.js')
    expect(commandName(tmpdir(), root)).toBe(join(root, 'bin', 'supportmax.js'))
  })

  it('is quoted where the path needs it', () => {
    const root = checkout("o'brien's box")
    const quoted = `'${join(root, 'bin', 'supportmax.js').replaceAll("'", `'\\''`)}'`
    expect(commandName(tmpdir(), root)).toBe(quoted)
  })

  it('is supportmax where it is installed', () => {
    expect(commandName('/home', join(checkout(), 'installed'))).toBe('supportmax')
  })
})
