import { mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { asTyped, commandName, shownPath } from '../../src/base/package-root.ts'
import { newFolder } from '../helpers/folder.ts'

function checkout(name = 'supportmax'): string {
  const folder = newFolder()
  mkdirSync(join(folder, name, 'src'), { recursive: true })
  return join(folder, name)
}

describe('a command in a hint', () => {
  it('gets the --config that was typed, unless it names its own', () => {
    const hint = 'run `supportmax up`, or `supportmax --config /b.json down`'
    expect(asTyped(hint, './bin/supportmax.js --config a.json')).toBe(
      'run `./bin/supportmax.js --config a.json up`, or `./bin/supportmax.js --config /b.json down`',
    )
  })

  it('keeps one --config where supportmax is installed, too', () => {
    expect(asTyped('`supportmax --config /b.json down`', 'supportmax --config a.json')).toBe(
      '`supportmax --config /b.json down`',
    )
  })

  it('is looked for in backticks only, as a whole word', () => {
    expect(asTyped('supportmax and `supportmax-demo`', 'x')).toBe('supportmax and `supportmax-demo`')
  })
})

describe('the command that a person types', () => {
  it('is the path of the checkout’s bin file, relative to the current folder', () => {
    const root = checkout()
    expect(commandName(root, root)).toBe('./bin/supportmax.js')
    expect(commandName(join(root, 'customers'), root)).toBe('../bin/supportmax.js')
    expect(commandName(join(root, 'bin'), root)).toBe('./supportmax.js')
    expect(commandName(tmpdir(), root)).toBe(join(root, 'bin', 'supportmax.js'))
  })

  it('is quoted if the path requires it', () => {
    const root = checkout("o'brien's box")
    const quoted = `'${join(root, 'bin', 'supportmax.js').replaceAll("'", `'\\''`)}'`
    expect(commandName(tmpdir(), root)).toBe(quoted)
  })

  it('is `supportmax` if it is installed', () => {
    expect(commandName('/home', join(checkout(), 'installed'))).toBe('supportmax')
  })

  it('is `supportmax` if a checkout is run through the link of `npm link`', () => {
    const root = checkout()
    expect(commandName('/home', root, '/usr/local/bin/supportmax')).toBe('supportmax')
    expect(commandName(root, root, join(root, 'bin', 'supportmax.js'))).toBe('./bin/supportmax.js')
  })
})

describe('a path in a message', () => {
  it.each([
    ['/srv/acme/mcp_credentials.env', '/srv/acme', 'mcp_credentials.env'],
    ['/srv/acme/keys/own.env', '/srv/acme', 'keys/own.env'],
    ['/srv/mcp_credentials.env', '/srv/acme', '/srv/mcp_credentials.env'],
    ['/srv/acme', '/srv/acme', '/srv/acme'],
  ])('%s in %s is %s', (path, folder, words) => {
    expect(shownPath(path, folder)).toBe(words)
  })
})
