// Why a command of the configuration cannot be started, said before it is tried.

import { statSync } from 'node:fs'
import { isOnPath } from '../../base/machine.ts'
import { shellWord } from '../../base/text/shell-word.ts'
import type { Obstacle } from '../runtime.ts'

/** undefined if it can be. `path`: the command's own $PATH. */
export function commandObstacle(
  { command, cwd }: { command: string; cwd: string | undefined },
  path: string | undefined,
): Obstacle | undefined {
  if (!isOnPath(command, path)) return command.includes('/') ? atPath(command) : onPath(command)
  if (cwd !== undefined && statOf(cwd)?.isDirectory() !== true)
    return { reason: `its folder ${cwd} does not exist`, hint: 'create it, or correct "cwd"' }
  return undefined
}

function atPath(command: string): Obstacle {
  const found = statOf(command)
  if (found === undefined)
    return { reason: `${command} does not exist`, hint: hintOf(command, 'install it, or correct "command"') }
  if (!found.isFile()) return { reason: `${command} is not a file`, hint: 'name a program in "command"' }
  const hint = `run \`chmod +x ${shellWord(command)}\`, or name its interpreter in "command"`
  return { reason: `${command} cannot be executed`, hint }
}

function onPath(command: string): Obstacle {
  return {
    reason: `the program ${command} is not on PATH`,
    hint: hintOf(command, 'install it, or correct "command"'),
  }
}

/** Other programs take a whole command line there. */
function hintOf(command: string, otherwise: string): string {
  return /\s/.test(command) ? 'put only the program into "command", and its arguments into "args"' : otherwise
}

function statOf(path: string) {
  try {
    return statSync(path)
  } catch {
    return undefined
  }
}
