import { readFileSync } from 'node:fs'
import type Dockerode from 'dockerode'
import { keyOf, keyText } from '../../config/project.ts'
import { variableName } from '../../config/resolve/identity.ts'
import { readLeases } from '../../exporters/compose/leases.ts'
import type { Outcome, Start } from '../runtime.ts'
import { runClient } from './client.ts'
import { downDocker, removeContainers } from './down.ts'
import { keyOfLabels, LABEL, observeDocker, ourContainers, ourNetworks } from './observe.ts'
import { refusal } from './refusal.ts'

export interface ComposeRoom {
  engine: Dockerode
  project: string
  composeFile: string
  configFile: string
  /** Environment of the docker client, our mark on the process included. */
  composeEnv: Record<string, string>
  onCompose(pid: number | undefined): void
}

/**
 * One `docker compose up` for all; where that fails, one for each that does not run then, so that a bad server
 * never keeps the others down.
 */
export async function upDocker(room: ComposeRoom, starts: Start[], signal?: AbortSignal): Promise<Outcome[]> {
  if (starts.length === 0) return []
  await removeDoubles(room, starts, signal)
  await removeMovedNetworks(room, starts, signal)
  const reason = await compose(room, starts, signal)
  if (reason === undefined) return starts.map(start => ({ key: keyOf(start.server), ok: true }))
  if (starts.length === 1) return Promise.all(starts.map(start => refusal(room, start, reason, signal)))
  return oneByOne(room, starts, signal)
}

async function oneByOne(room: ComposeRoom, starts: Start[], signal?: AbortSignal): Promise<Outcome[]> {
  const { servers } = await observeDocker(room.engine, room.project, signal)
  const runs = (start: Start) =>
    servers.some(
      ({ customer, server, life, definition, credentials }) =>
        keyText({ customer, server }) === keyText(keyOf(start.server)) &&
        life === 'running' &&
        definition === start.definition &&
        credentials === start.credentials,
    )
  const outcomes: Outcome[] = []
  for (const start of starts) {
    const key = keyOf(start.server)
    const reason = runs(start) ? undefined : await compose(room, [start], signal)
    outcomes.push(reason === undefined ? { key, ok: true } : await refusal(room, start, reason, signal))
  }
  return outcomes
}

function compose(room: ComposeRoom, starts: Start[], signal?: AbortSignal): Promise<string | undefined> {
  const force = starts.some(start => start.cause === 'recreate') ? ['--force-recreate'] : []
  // Without an --env-file, compose reads a stray .env beside the file, and gives its values to our servers.
  const file = ['-p', room.project, '--env-file', '/dev/null', '-f', room.composeFile]
  const how = ['up', '-d', '--no-deps', '--no-build', '--pull', 'never', '--quiet-pull', ...force]
  return runClient({
    args: ['compose', '--ansi', 'never', ...file, ...how, ...starts.map(start => start.server.service)],
    env: { ...room.composeEnv, ...valuesOf(room, starts) },
    signal,
    onProcess: room.onCompose,
  })
}

/** What the compose file names and only the moment of a start knows. */
function valuesOf(room: ComposeRoom, starts: Start[]): Record<string, string> {
  const values: Record<string, string> = { SUPPORTMAX_CONFIG: room.configFile }
  for (const { server, secrets, credentials } of starts) {
    Object.assign(values, Object.fromEntries(secrets))
    values[variableName('SUPPORTMAX_CREDENTIALS', server.customer, server.name)] = credentials
  }
  return values
}

/** A killed `up` can leave the old and the new container of one server; compose would keep one as it is. */
async function removeDoubles(room: ComposeRoom, starts: Start[], signal?: AbortSignal): Promise<void> {
  const wanted = new Set(starts.map(start => keyText(keyOf(start.server))))
  const all = await ourContainers(room.engine, room.project, signal)
  const groups = Map.groupBy(all, container => keyText(keyOfLabels(container.Labels)))
  const doubles = [...groups].filter(([key, containers]) => wanted.has(key) && containers.length > 1)
  await removeContainers(
    room.engine,
    doubles.flatMap(([, containers]) => containers),
    signal,
  )
}

/** Compose leaves a network as it is when its addresses have changed: it goes first, with all that stands on it. */
async function removeMovedNetworks(room: ComposeRoom, starts: Start[], signal?: AbortSignal): Promise<void> {
  const { subnets } = readLeases(readFileSync(room.composeFile, 'utf8'))
  const starting = new Set(starts.map(start => start.server.customer))
  const moved = (await ourNetworks(room.engine, room.project, signal)).flatMap(({ IPAM, Labels }) => {
    const customer = Labels?.[LABEL.customer] ?? ''
    const wanted = subnets.get(customer)
    const stays = wanted === undefined || IPAM?.Config?.some(one => one.Subnet === wanted)
    return starting.has(customer) && !stays ? [customer] : []
  })
  if (moved.length === 0) return
  const all = await ourContainers(room.engine, room.project, signal)
  const keys = all.map(({ Labels }) => keyOfLabels(Labels)).filter(key => moved.includes(key.customer))
  await downDocker(room.engine, room.project, keys, signal)
}
