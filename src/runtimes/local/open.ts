import { fileFault } from '../../base/files.ts'
import type { ProcessRow } from '../../base/machine.ts'
import { shellWord } from '../../base/text/shell-word.ts'
import { TIMEOUTS } from '../../base/timeouts.ts'
import { waitFor } from '../../base/waiting/wait.ts'
import { isHeld, keyOf, keyText, type Server, type ServerKey } from '../../config/project.ts'
import { obstacleFor } from '../obstacle.ts'
import { portHolder } from '../port-holder.ts'
import { type KeptProgram, startKept } from '../programs/keep.ts'
import { readLog } from '../programs/read-log.ts'
import {
  factsOf,
  type KeptRecord,
  logPath,
  programsFolder,
  readRecord,
  readRecords,
} from '../programs/record.ts'
import { livingRows, stopKept } from '../programs/stop.ts'
import type {
  Observed,
  ObservedServer,
  Obstacle,
  Outcome,
  PrepareOptions,
  Runtime,
  Start,
  Variables,
} from '../runtime.ts'
import { heldBy, heldProgram, imageObstacle, removeHeld } from './held.ts'
import { installPackage, lockHere } from './packages.ts'
import { portsFor } from './ports.ts'
import { missingProgram, programOf } from './program.ts'
import { openReservations, type Reservations } from './reservations.ts'

export interface LocalOptions {
  /** The project's state folder. */
  stateDir: string
  /** The folder of all state folders. */
  stateHome: string
  configFile: string
  composeFile: string
  /** Name of the project. */
  project: string
  /** The caller's environment; a server gets an allow-list of it. */
  env: Variables
}

/** Runs servers as processes of this machine, without Docker. They outlive the program that starts them. */
export function openLocal(options: LocalOptions): Runtime {
  const folder = programsFolder(options.stateDir)
  const reserved = openReservations(options.stateHome, {
    owner: options.stateDir,
    configFile: options.configFile,
  })
  return {
    kind: 'local',
    observe: async () => observe(folder),
    listRunning: async () => observe(folder).servers.filter(server => server.life === 'running'),
    portsFor: (servers, known) => portsFor(servers, known, reserved.take),
    prepare: (start, how) =>
      obstacleFor(start.server, how, () => prepare({ ...options, reserved }, start, how)),
    spare: ({ hostPort }) => reserved.release(hostPort),
    up: (starts, signal) => up(folder, starts, { ...options, reserved, signal }),
    down: (keys, signal, onRemoved) => down(folder, keys, { ...options, reserved, signal, onRemoved }),
    lock: (source, how) => lockHere(source, options, how),
    logs: (key, how, signal) => readLog(logPath(folder, key), how, signal),
  }
}

/** Keys of programs that are not servers, such as the demo's simulated systems, start with it; no customer's id does. */
const RESERVED = '_'

function observe(folder: string): Observed {
  const living = livingRows(folder)
  const records = new Map(readRecords(folder).map(record => [keyText(record), record]))
  const keys = [...new Set([...records.keys(), ...living.keys()])].filter(key => !key.startsWith(RESERVED))
  const servers = keys.map(key => describe(key, records.get(key), living.get(key) ?? []))
  return { servers, networks: [] }
}

/** A process whose record was deleted has an empty definition, which differs from any wanted one. */
function describe(key: string, record: KeptRecord | undefined, living: ProcessRow[]): ObservedServer {
  const [customer = '', server = ''] = key.split('/')
  // The keeper may outlive the program for a moment.
  const runs = living.length > 0 && !record?.ended
  // The program ends when it next writes to its log, which nobody reads any more.
  const isKept = record === undefined || living.some(row => row.pid === record.group)
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
    copies: 1,
    ...(record?.alwaysLocal === true && { alwaysLocal: true }),
    ...(runs && !isKept && { altered: 'the process that writes its log was killed' }),
  }
}

type PreparingOptions = LocalOptions & { reserved: Reservations }

async function prepare(
  options: PreparingOptions,
  start: Start,
  how: PrepareOptions,
): Promise<Obstacle | undefined> {
  const obstacle = await obstacleTo(start, options, how)
  // It does not start now, so another project may have its port.
  if (obstacle) options.reserved.release(start.hostPort)
  return obstacle
}

async function obstacleTo(
  start: Start,
  options: PreparingOptions,
  how: PrepareOptions,
): Promise<Obstacle | undefined> {
  const missing = isHeld(start.server)
    ? await imageObstacle(start, { ...options, ...how })
    : (missingProgram(start.server, options.env) ?? (await installPackage(start.server, options, how)))
  if (missing) return missing
  return portObstacle(start, options)
}

async function portObstacle(
  { server, hostPort }: Start,
  { stateDir, reserved }: PreparingOptions,
): Promise<Obstacle | undefined> {
  const port = `port ${hostPort} on 127.0.0.1`
  const another = `set another "port" for ${keyText(keyOf(server))}`
  const holder = await portHolder(hostPort)
  if (holder) {
    if (isOurs(programsFolder(stateDir), server, holder.pid)) return undefined
    return { reason: `${port} is held by ${holder.name}`, hint: `stop it, or ${another}` }
  }
  const other = reserved.foreignHolder(hostPort)
  if (other === undefined) return undefined
  return {
    reason: `${port} is reserved for a server of ${other}`,
    hint: `run \`supportmax --config ${shellWord(other)} down\`, or ${another}`,
  }
}

function isOurs(folder: string, server: Server, pid: number | undefined): boolean {
  return (livingRows(folder).get(keyText(keyOf(server))) ?? []).some(row => row.pid === pid)
}

type WorkingOptions = PreparingOptions & { signal: AbortSignal | undefined }

/** After an abort, no more servers are started; those that were have their records. */
async function up(folder: string, starts: Start[], options: WorkingOptions): Promise<Outcome[]> {
  const keys = starts.map(start => keyOf(start.server))
  const held = heldBy(folder, keys)
  // Until now, they may be reserved by programs that are about to end.
  for (const { hostPort } of starts) options.reserved.hold(hostPort)
  const left = await stopKept(folder, keys, options.signal)
  const containers = await removeHeld(held, options)
  return Promise.all(
    starts.map(async (start): Promise<Outcome> => {
      const key = keyOf(start.server)
      const alive = left.get(keyText(key)) ?? containers.get(keyText(key))
      if (alive) return { key, ok: false, reason: alive, hint: BY_HAND }
      options.signal?.throwIfAborted()
      return startOne(folder, start, options)
    }),
  )
}

async function startOne(folder: string, start: Start, options: WorkingOptions): Promise<Outcome> {
  const key = keyOf(start.server)
  let program: KeptProgram
  try {
    program = isHeld(start.server)
      ? heldProgram(start, options)
      : programOf(start, options.env, options.stateDir)
  } catch (error) {
    const reason = `its home in ${folder} cannot be created (${fileFault(error)})`
    return { key, ok: false, reason, hint: 'fix the permissions of that folder, or free some space there' }
  }
  const answer = await startKept(folder, factsOf(start, options.configFile), program)
  if (answer.ok) {
    options.reserved.hold(start.hostPort, readRecord(folder, key)?.group)
    return { key, ok: true }
  }
  options.reserved.release(start.hostPort)
  const hint = `run \`supportmax logs ${key.customer} ${key.server}\``
  return { key, ok: false, reason: answer.reason, hint }
}

async function down(
  folder: string,
  keys: ServerKey[],
  options: WorkingOptions & {
    onRemoved?: ((key: ServerKey) => void) | undefined
  },
): Promise<Outcome[]> {
  const { signal, onRemoved } = options
  const before = livingRows(folder)
  const ports = new Map(
    keys
      .filter(key => before.get(keyText(key))?.length)
      .map(key => [keyText(key), readRecord(folder, key)?.hostPort]),
  )
  const held = heldBy(folder, keys)
  const left = await stopKept(folder, keys, signal)
  const containers = await removeHeld(held, options)
  options.reserved.tidy()
  return Promise.all(
    keys.map(async (key): Promise<Outcome> => {
      const reason =
        left.get(keyText(key)) ?? containers.get(keyText(key)) ?? (await stillHeld(ports.get(keyText(key))))
      if (reason) return { key, ok: false, reason, hint: BY_HAND }
      onRemoved?.(key)
      return { key, ok: true }
    }),
  )
}

const BY_HAND = 'end it by hand, then retry'
const LOOK_EVERY_MS = 25

/** Only for a port that our program held until now; one that it left earlier may belong to another program. */
async function stillHeld(port: number | undefined): Promise<string | undefined> {
  if (port === undefined) return undefined
  // A killed program counts as dead before its last thread, and with it the port, is gone.
  const wait = { every: LOOK_EVERY_MS, most: TIMEOUTS.portFree }
  if (await waitFor(async () => (await portHolder(port)) === undefined, wait)) return undefined
  const holder = await portHolder(port)
  return holder && `port ${port} on 127.0.0.1 is still held by ${holder.name}`
}
