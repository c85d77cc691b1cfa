import { spawn } from 'node:child_process'
import { openSync } from 'node:fs'
import { EXIT, SupportError } from '../../../base/errors.ts'
import { readIfThere } from '../../../base/files.ts'
import { waitFor } from '../../../base/waiting/wait.ts'
import { logPath, socketPath } from '../../../server/running/place.ts'
import { wishFrom } from '../../../server/running/socket.ts'
import type { Printer } from '../../print/printer.ts'

interface Detached {
  print: Printer
  config: string
  folder: string
  port: number
  origins: readonly string[]
}

/** Milliseconds until the port is open. */
const MOST_WAIT = 15_000

/** Starts `serve` in the background, and returns when it answers or has failed. */
export async function detach({ print, config, folder, port, origins }: Detached): Promise<number> {
  const log = logPath(folder)
  const output = openSync(log, 'w', 0o600)
  const words = [process.argv[1] ?? '', '--config', config, 'serve', '--port', String(port)]
  const more = origins.flatMap(origin => ['--allow-origin', origin])
  const child = spawn(process.execPath, [...words, ...more], {
    detached: true,
    stdio: ['ignore', output, output],
  })
  let ended = false
  child.once('exit', () => {
    ended = true
  })
  const asked = async () => {
    const found = await wishFrom(socketPath(folder), { kind: 'status' }).catch(() => undefined)
    found?.socket.destroy()
    return found?.answer.pid === child.pid
  }
  await waitFor(async () => (await asked()) || ended, { every: 100, most: MOST_WAIT })
  if (ended || !(await asked())) {
    const last = readIfThere(log)?.trim().split('\n').slice(-2).join('\n') ?? ''
    throw new SupportError('failed', `serve did not start${last === '' ? '' : `:\n${last}`}`, {
      hint: `see ${log}`,
    })
  }
  child.unref()
  print.result(`serving on port ${port} (pid ${child.pid}); stop it with \`supportmax serve stop\``)
  return EXIT.ok
}
