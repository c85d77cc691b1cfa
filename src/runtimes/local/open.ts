import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { keyOf, keyText, type ServerKey } from '../../config/project.ts'
import { obstacleFor } from '../obstacle.ts'
import { portHolder } from '../port-holder.ts'
import type { Observed, ObservedServer, Obstacle, Outcome, Runtime, Start } from '../runtime.ts'
import { startKept } from './keep.ts'
import type { Row } from './processes.ts'
import { type Environment, missingProgram, programOf } from './program.ts'
import { readLog } from './read-log.ts'
import { type KeptRecord, logPath, readRecord, readRecords } from './record.ts'
import { livingRows, stopKept } from './stop.ts'

export interface LocalOptions {
  /** The project's state folder; ours is `local/` in it. */
  stateDir: string
  configFile: string
  /** The caller's environment, of which a child gets an allow-list. */
  env: Environment
}

/** Servers as processes of this machine, for one without Docker. They outlive the program that starts them. */
export function openLocal(options: LocalOptions): Runtime {
  const folder = localFolder(options.stateDir)
  return {
    kind: 'local',
    observe: async () => observe(folder),
    prepare: (start, how) => obstacleFor(start.server, how, () => prepare(folder, start, options.env)),
    up: (starts, signal) => up(folder, starts, { ...options, signal }),
    down: (keys, signal) => down(folder, keys, signal),
    logs: (key, how, signal) => readLog(logPath(folder, key), how, signal),
  }
}

/** Where records and logs of kept programs are. */
export function localFolder(stateDir: string): string {
  return join(stateDir, 'local')
}

/** Customers cannot be called like this: programs kept beside the servers, such as the demo world. */
export const RESERVED = '_'

function observe(folder: string): Observed {
  const living = livingRows(folder)
  const records = new Map(readRecords(folder).map(record => [keyText(record), record]))
  const keys = [...new Set([...records.keys(), ...living.keys()])].filter(key => !key.startsWith(RESERVED))
  const servers = keys.map(key => observed(key, records.get(key), living.get(key) ?? []))
  return { servers, networks: [] }
}

/** A process without a record (it was deleted) is shown with an empty definition: differs from any wanted one. */
function observed(key: string, record: KeptRecord | undefined, living: Row[]): ObservedServer {
  const [customer = '', server = ''] = key.split('/')
  // The keeper alone may live on for a moment after the program has ended.
  const runs = living.length > 0 && !record?.ended
  return {
    customer,
    server,
    life: runs ? 'running' : 'exited',
    definition: record?.definition ?? '',
    credentials: record?.credentials ?? '',
    configFile: record?.configFile ?? '',
    id: String(record?.child?.pid ?? living[0]?.pid ?? ''),
    image: 'local',
    startedAt: record?.startedAt,
    finishedAt: record?.ended?.at,
    exitCode: record?.ended?.exitCode,
    outOfMemory: record?.ended?.outOfMemory ?? false,
    restarts: 0,
    hostPort: record?.hostPort,
  }
}

async function prepare(folder: string, start: Start, env: Environment): Promise<Obstacle | undefined> {
  const missing = missingProgram(start.server, env)
  if (missing) return missing
  const holder = await portHolder(start.hostPort)
  if (!holder || isOurs(folder, start, holder.pid)) return undefined
  return {
    reason: `port ${start.hostPort} on 127.0.0.1 is held by ${holder.name}`,
    hint: `stop it, or give ${keyText(keyOf(start.server))} another "port"`,
  }
}

function isOurs(folder: string, start: Start, pid: number | undefined): boolean {
  return (livingRows(folder).get(keyText(keyOf(start.server))) ?? []).some(row => row.pid === pid)
}

type UpOptions = LocalOptions & { signal: AbortSignal | undefined }

/** Called off, it begins no more of them; what was begun has its record. */
async function up(folder: string, starts: Start[], options: UpOptions): Promise<Outcome[]> {
  const keys = starts.map(start => keyOf(start.server))
  const left = await stopKept(folder, keys, options.signal)
  return Promise.all(
    starts.map(async (start): Promise<Outcome> => {
      const key = keyOf(start.server)
      const stays = left.get(keyText(key))
      if (stays) return { key, ok: false, reason: stays, hint: BY_HAND }
      const facts = { ...key, ...described(start, options) }
      options.signal?.throwIfAborted()
      const answer = await startKept(folder, facts, programOf(start, options.env))
      if (answer.ok) return { key, ok: true }
      return { key, ok: false, reason: answer.reason, hint: `supportmax logs ${key.customer} ${key.server}` }
    }),
  )
}

function described(start: Start, options: LocalOptions) {
  const { definition, credentials, hostPort } = start
  return { definition, credentials, hostPort, configFile: options.configFile }
}

async function down(folder: string, keys: ServerKey[], signal?: AbortSignal): Promise<Outcome[]> {
  const before = livingRows(folder)
  const ports = new Map(
    keys
      .filter(key => before.get(keyText(key))?.length)
      .map(key => [keyText(key), readRecord(folder, key)?.hostPort]),
  )
  const left = await stopKept(folder, keys, signal)
  return Promise.all(
    keys.map(async (key): Promise<Outcome> => {
      const reason = left.get(keyText(key)) ?? (await stillHeld(ports.get(keyText(key))))
      return reason ? { key, ok: false, reason, hint: BY_HAND } : { key, ok: true }
    }),
  )
}

const BY_HAND = 'end it by hand, then repeat'

/** Only for a port that was ours a moment ago: anyone may have one that a program left long before. */
async function stillHeld(port: number | undefined): Promise<string | undefined> {
  if (port === undefined) return undefined
  let holder = await portHolder(port)
  // A killed program counts as dead while the last of its threads, and with it the port, is still going.
  for (const until = Date.now() + 2_000; holder && Date.now() < until; holder = await portHolder(port))
    await delay(25)
  return holder && `port ${port} on 127.0.0.1 is still held by ${holder.name}`
}
