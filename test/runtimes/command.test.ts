import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { commandObstacle } from '../../src/runtimes/local/command.ts'
import { newFolder } from '../helpers/folder.ts'

function file(name: string, mode: number): string {
  const path = join(newFolder(), name)
  writeFileSync(path, '#!/bin/sh\n')
  chmodSync(path, mode)
  return path
}

describe('why a command cannot be started', () => {
  const program = file('server', 0o755)
  const plain = file('server.py', 0o644)
  const folder = newFolder()
  const missing = join(folder, 'missing')
  mkdirSync(join(folder, 'folder'))

  it.each([
    ['no such path', missing, `${missing} does not exist`, 'install it'],
    ['a path with arguments', `${program} --stdio`, 'does not exist', 'its arguments into "args"'],
    ['a file that is no program', plain, `${plain} cannot be executed`, `chmod +x ${plain}`],
    ['a folder', folder, `${folder} is not a file`, 'name a program'],
    ['a name that is not on PATH', 'no-such', 'the program no-such is not on PATH', 'install it'],
    ['a command line', 'npx -y x', 'the program npx -y x is not on PATH', 'its arguments into "args"'],
    ['a folder on PATH', 'folder', 'the program folder is not on PATH', 'install it'],
  ])('is said of %s', (_, command, reason, hint) => {
    const found = commandObstacle({ command, cwd: undefined }, folder)
    expect(found?.reason).toContain(reason)
    expect(found?.hint).toContain(hint)
  })

  it('is said of a folder that is missing', () => {
    const found = commandObstacle({ command: program, cwd: missing }, '')
    expect(found).toEqual({
      reason: `its folder ${missing} does not exist`,
      hint: 'create it, or correct "cwd"',
    })
    expect(commandObstacle({ command: program, cwd: folder }, '')).toBeUndefined()
  })
})
