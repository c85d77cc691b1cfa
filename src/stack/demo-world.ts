// The world behind the demo's customers: a program of its own, kept like a server, stopped like one.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { SupportError } from '../base/errors.ts'
import { packageRoot } from '../base/package-root.ts'
import { startKept } from '../runtimes/local/keep.ts'
import { localFolder } from '../runtimes/local/open.ts'
import { logPath, readRecord } from '../runtimes/local/record.ts'
import { stopKept } from '../runtimes/local/stop.ts'
import type { State } from './state/folder.ts'

/** The port that the top-level mcp_servers.json names. */
const PORT = 18_093
/** No customer's id begins with an underscore, so that this is never taken for a server. */
const KEY = { customer: '_demo', server: 'world' }
const PATIENCE_MS = 10_000

/**
 * Starts the demo world, or finds it running: `found`, and then it belongs to whoever started it. Throws `failed`
 * where its port is somebody else's.
 */
export async function startWorld(state: State, signal: AbortSignal): Promise<'started' | 'found'> {
  const folder = localFolder(state.folder)
  if (readRecord(folder, KEY) && (await answers())) return 'found'
  await stopKept(folder, [KEY])
  const facts = { ...KEY, definition: '', credentials: '', configFile: '', hostPort: PORT }
  const command = [process.execPath, join(packageRoot(), 'dist', 'demo.js'), '--port', String(PORT)]
  const answer = await startKept(folder, facts, { command, env: {}, secrets: [] })
  if (!answer.ok) throw new SupportError('failed', `demo world: ${answer.reason}`)
  for (
    const deadline = Date.now() + PATIENCE_MS;
    Date.now() < deadline;
    await sleep(50, undefined, { signal })
  ) {
    if (readRecord(folder, KEY)?.ended) break
    if (await answers()) return 'started'
  }
  const log = readFileSync(logPath(folder, KEY), 'utf8').trim().split('\n').at(-1)
  await stopKept(folder, [KEY])
  throw new SupportError('failed', log || 'demo world: does not answer', {
    hint: `the demo needs port ${PORT} on 127.0.0.1: stop what holds it, then try again`,
  })
}

/** Stops it; idempotent. Tells whether there was one. */
export async function stopWorld(state: State): Promise<boolean> {
  const folder = localFolder(state.folder)
  const there = readRecord(folder, KEY) !== undefined
  const left = await stopKept(folder, [KEY])
  for (const reason of left.values()) throw new SupportError('failed', `demo world: ${reason}`)
  return there
}

async function answers(): Promise<boolean> {
  try {
    const url = `http://127.0.0.1:${PORT}/nordwind/alertmanager/-/healthy`
    return (await fetch(url, { signal: AbortSignal.timeout(1_000) })).ok
  } catch {
    return false
  }
}
