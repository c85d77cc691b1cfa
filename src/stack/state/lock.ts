// One project is changed by one supportmax at a time. `docker compose` outlives a killed parent, so the lock
// also names the compose that runs: whoever takes a stale lock ends that one first.

import { randomUUID } from 'node:crypto'
import { linkSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { SupportError } from '../../base/errors.ts'
import { readIfThere, writeWhole } from '../../base/files.ts'
import { processTable } from '../../runtimes/local/processes.ts'
import type { StackEvent } from '../events.ts'
import type { Stack } from '../stack.ts'

export interface Lock {
  /** Names the running `docker compose` in the lock, or that it has ended. */
  noteCompose(pid: number | undefined): void
  /** true: the one before died in the middle of its work. */
  inherited: boolean
  release(): void
}

export interface LockOptions {
  /** As typed, for whoever has to wait. */
  command: string
  /** How long to wait for another one; milliseconds. */
  timeoutMs: number
  emit(event: StackEvent): void
  signal?: AbortSignal | undefined
}

interface Holder {
  id: string
  pid: number
  start: string
  command: string
  since: string
  compose: { pid: number; start: string } | null
}

/** Does the work under the project's lock, and gives the lock back whatever happens. */
export async function withLock<T>(
  stack: Stack,
  options: LockOptions,
  work: (lock: Lock) => Promise<T>,
): Promise<T> {
  const lock = await takeLock(stack.state.folder, options)
  stack.onCompose = lock.noteCompose
  try {
    return await work(lock)
  } finally {
    stack.onCompose = undefined
    lock.release()
  }
}

/** Takes the lock of one state folder, waiting for a living holder and clearing up after a dead one. */
export async function takeLock(folder: string, options: LockOptions): Promise<Lock> {
  const file = join(folder, 'lock.json')
  const deadline = Date.now() + options.timeoutMs
  let told = false
  let inherited = false
  for (;;) {
    const mine = newHolder(options.command)
    if (place(file, mine)) return held(file, mine, inherited)
    const holder = readHolder(file)
    if (holder === undefined) continue
    if (!isAlive(holder.pid, holder.start)) {
      if (holder.compose) await endGroup(holder.compose)
      inherited = true
      removeIf(file, holder.id)
      continue
    }
    if (Date.now() > deadline)
      throw new SupportError('failed', `another supportmax is at work here: ${describe(holder)}`, {
        hint: `wait for it, or end it with  kill ${holder.pid}`,
      })
    if (!told) options.emit({ type: 'waiting', text: `waiting for ${describe(holder)}` })
    told = true
    await sleep(100, undefined, options.signal ? { signal: options.signal } : {})
  }
}

function newHolder(command: string): Holder {
  const start = startOf(process.pid) ?? ''
  return {
    id: randomUUID(),
    pid: process.pid,
    start,
    command,
    since: new Date().toISOString(),
    compose: null,
  }
}

/** A hard link appears whole or not at all, and never replaces. */
function place(file: string, holder: Holder): boolean {
  const draft = `${file}.${holder.id}`
  writeFileSync(draft, JSON.stringify(holder), { mode: 0o600 })
  try {
    linkSync(draft, file)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  } finally {
    rmSync(draft, { force: true })
  }
}

function held(file: string, mine: Holder, inherited: boolean): Lock {
  return {
    inherited,
    noteCompose(pid) {
      const start = pid === undefined ? undefined : startOf(pid)
      const compose = pid === undefined || start === undefined ? null : { pid, start }
      writeWhole(file, JSON.stringify({ ...mine, compose }), 0o600)
    },
    release: () => removeIf(file, mine.id),
  }
}

function removeIf(file: string, id: string): void {
  if (readHolder(file)?.id === id) rmSync(file, { force: true })
}

/** A lock that cannot be read was cut off by a full disk or a person: it belongs to nobody alive. */
function readHolder(file: string): Holder | undefined {
  const text = readIfThere(file)
  if (text === undefined) return undefined
  try {
    const parsed: unknown = JSON.parse(text)
    if (isHolder(parsed)) return parsed
  } catch {}
  rmSync(file, { force: true })
  return undefined
}

function isHolder(value: unknown): value is Holder {
  const { id, pid, start, compose } = (value ?? {}) as Partial<Holder>
  const isProcess = (one: unknown) => typeof (one as Holder['compose'])?.pid === 'number'
  return (
    typeof id === 'string' &&
    typeof pid === 'number' &&
    typeof start === 'string' &&
    (!compose || isProcess(compose))
  )
}

function describe(holder: Holder): string {
  const seconds = Math.round((Date.now() - Date.parse(holder.since)) / 1_000)
  return `\`supportmax ${holder.command}\` (pid ${holder.pid}, since ${seconds} s)`
}

function startOf(pid: number): string | undefined {
  return processTable().find(row => row.pid === pid)?.start
}

function isAlive(pid: number, start: string): boolean {
  return startOf(pid) === start
}

/** Ends a compose that was left running, with all that it started. */
async function endGroup({ pid, start }: { pid: number; start: string }): Promise<void> {
  for (const [signal, patience] of [
    ['SIGTERM', 5_000],
    ['SIGKILL', 5_000],
  ] as const) {
    if (!isAlive(pid, start)) return
    try {
      process.kill(-pid, signal)
    } catch {
      process.kill(pid, signal)
    }
    const deadline = Date.now() + patience
    while (isAlive(pid, start) && Date.now() < deadline) await sleep(50)
  }
}
