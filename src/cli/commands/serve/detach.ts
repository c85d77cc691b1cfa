import { spawn } from 'node:child_process'
import { openSync } from 'node:fs'
import { EXIT, SupportError } from '../../../base/errors.ts'
import { readIfThere } from '../../../base/files.ts'
import { waitFor } from '../../../base/waiting/wait.ts'
import { logPath, socketPath } from '../../../server/running/place.ts'
import { askServe } from '../../../server/running/socket.ts'
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
  let ended: { code: number | null } | undefined
  child.once('exit', code => {
    ended = { code }
  })
  const asked = async () => {
    const found = await askServe(socketPath(folder), { kind: 'status' }).catch(() => undefined)
    found?.socket.destroy()
    return found?.answer.pid === child.pid
  }
  await waitFor(async () => (await asked()) || ended !== undefined, { every: 100, most: MOST_WAIT })
  if (ended || !(await asked())) {
    // What did not start must not hold the port later.
    child.kill()
    throw failureIn(log, ended?.code === EXIT.usage ? 'usage' : 'failed')
  }
  child.unref()
  print.result(`serving on port ${port} (pid ${child.pid}): http://127.0.0.1:${port}/customers/ID/mcp`)
  print.note('  run `supportmax serve stop` to stop it')
  return EXIT.ok
}

/** The error that the server ended with, as it would have been shown here. */
function failureIn(log: string, code: 'usage' | 'failed'): SupportError {
  const text = readIfThere(log) ?? ''
  const [, message, hint] = /^supportmax: (.*)(?:\n {2}(.*))?\s*$/m.exec(text) ?? []
  return new SupportError(code, message ?? 'serve did not start', { hint: hint ?? `read ${log}` })
}
