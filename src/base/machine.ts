// Ports, programs and process groups of this machine.

import { accessSync, constants, statSync } from 'node:fs'
import { createServer } from 'node:net'
import { delimiter, join } from 'node:path'

/** Whether 127.0.0.1:`port` can be opened now. A port that this user may not open (below 1024) counts as taken. */
export function isPortFree(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)))
  })
}

/** Whether `command` is the path of a file that can be executed, or is found in one of the folders of `path` ($PATH). */
export function isOnPath(command: string, path: string | undefined): boolean {
  const places = command.includes('/')
    ? [command]
    : (path ?? '').split(delimiter).map(folder => join(folder, command))
  return places.some(isExecutable)
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    // Folders have that permission too.
    return statSync(path).isFile()
  } catch {
    return false
  }
}

/** Sends `signal` to every process of the group; a group that is gone is ignored. */
export function signalGroup(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal)
  } catch {
    // It ended by itself.
  }
}
