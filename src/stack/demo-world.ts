// The simulated systems behind the demo's customers: one more program, started and stopped like a server.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { SupportError } from '../base/errors.ts'
import { isPortFree } from '../base/machine.ts'
import { packageRoot } from '../base/package-root.ts'
import { TIMEOUTS } from '../base/timeouts.ts'
import { waitFor } from '../base/waiting/wait.ts'
import { startKept } from '../runtimes/programs/keep.ts'
import { parseLine } from '../runtimes/programs/log-line.ts'
import { logPath, programsFolder, readRecord } from '../runtimes/programs/record.ts'
import { stopKept } from '../runtimes/programs/stop.ts'
import type { StateFolder } from './state/folder.ts'

/** The port that the top-level mcp_servers.json names. */
const PORT = 18_093
/** No customer's id starts with an underscore, so this is never taken for a server. */
const KEY = { customer: '_demo', server: 'world' }

/**
 * Starts the demo's simulated systems, or finds them running (`found`: the command that started them stops them). Throws
 * `failed` if another program holds the port.
 */
export async function startWorld(
  state: Pick<StateFolder, 'folder'>,
  signal: AbortSignal,
): Promise<'started' | 'found'> {
  const folder = programsFolder(state.folder)
  if (readRecord(folder, KEY) && (await answers())) return 'found'
  await stopKept(folder, [KEY])
  // Another checkout's demo would answer in place of ours.
  if (!(await waitFor(() => isPortFree(PORT), { every: 50, most: TIMEOUTS.portFree, signal })))
    throw portHeld()
  const facts = { ...KEY, definition: '', credentials: '', configFile: '', hostPort: PORT }
  const command = [process.execPath, join(packageRoot(), 'dist', 'demo.mjs'), '--port', String(PORT)]
  const answer = await startKept(folder, facts, { command, env: {}, secrets: [] })
  if (!answer.ok) throw new SupportError('failed', `demo systems: ${answer.reason}`)
  const settled = async () => readRecord(folder, KEY)?.ended !== undefined || (await answers())
  await waitFor(settled, { every: 50, most: TIMEOUTS.demoWorld, signal })
  if (await answers()) return 'started'
  const log = parseLine(readFileSync(logPath(folder, KEY), 'utf8').trim().split('\n').at(-1) ?? '').text
  await stopKept(folder, [KEY])
  throw new SupportError('failed', `demo systems: ${log || 'no answer'}`, {
    hint: 'retry, and report it as a bug if it fails again',
  })
}

function portHeld(): SupportError {
  return new SupportError('failed', `demo systems: another program holds port ${PORT} on 127.0.0.1`, {
    hint: 'stop that program (perhaps the demo of another checkout), then retry',
  })
}

/** Stops them; idempotent. Returns whether there was anything to stop. */
export async function stopWorld(state: Pick<StateFolder, 'folder'>): Promise<boolean> {
  const folder = programsFolder(state.folder)
  const there = readRecord(folder, KEY) !== undefined
  const left = await stopKept(folder, [KEY])
  for (const reason of left.values()) throw new SupportError('failed', `demo systems: ${reason}`)
  return there
}

async function answers(): Promise<boolean> {
  try {
    const url = `http://127.0.0.1:${PORT}/nordwind/alertmanager/-/healthy`
    return (await fetch(url, { signal: AbortSignal.timeout(TIMEOUTS.demoCheck) })).ok
  } catch {
    return false
  }
}
