import { userInfo } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readEnvironment } from '../../src/config/env.ts'

describe('the folder for state', () => {
  const own = join(userInfo().homedir, '.local', 'state', 'supportmax')

  it.each([
    [{ XDG_STATE_HOME: '/state', HOME: '/home/a' }, '/state/supportmax'],
    [{ XDG_STATE_HOME: '', HOME: '/home/a' }, '/home/a/.local/state/supportmax'],
    [{ XDG_STATE_HOME: 'state', HOME: '/home/a' }, '/home/a/.local/state/supportmax'],
    [{ HOME: '' }, own],
    [{ HOME: '.' }, own],
    [{ HOME: 'home/a', XDG_STATE_HOME: './state' }, own],
    [{}, own],
  ])('with %j is %s, never a folder below the current one', (variables, folder) => {
    expect(readEnvironment(variables).stateHome).toBe(folder)
  })
})
