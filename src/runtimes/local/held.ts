// stdio servers in containers. The bridge, a process of this machine, runs `docker compose run` and holds the container's stdin
// and stdout: the container ends with it, and the engine's socket is mounted nowhere.

import { dirname } from 'node:path'
import { reasonOf } from '../../base/errors.ts'
import { TIMEOUTS } from '../../base/timeouts.ts'
import { waitFor } from '../../base/waiting/wait.ts'
import { keyText, type ServerKey } from '../../config/project.ts'
import { runClient } from '../client.ts'
import { clientVariables, engineAddress } from '../engine-address.ts'
import type { KeptProgram } from '../programs/keep.ts'
import { readRecord } from '../programs/record.ts'
import type { Obstacle, PrepareOptions, Start, Variables } from '../runtime.ts'
import { bridgeCommand, pick } from './program.ts'

export interface HeldContext {
  /** Name of the project. */
  project: string
  composeFile: string
  /** The caller's environment. */
  env: Variables
}

const LOOK_EVERY_MS = 100

/** The bridge with the client that runs the container; the values of its credentials go through the environment. */
export function heldProgram(
  { server, hostPort, secrets }: Start,
  { project, composeFile, env }: HeldContext,
): KeptProgram {
  // Without --env-file, compose would read any .env next to the file.
  const file = ['-p', project, '--env-file', '/dev/null', '-f', composeFile, '--profile', '*']
  const run = ['run', '--rm', '-T', '--no-deps', '--quiet-pull', server.service]
  const client = ['docker', 'compose', '--ansi', 'never', '--progress', 'quiet', ...file, ...run]
  const { [server.tokenName]: token = '', ...credentials } = Object.fromEntries(secrets)
  const variables = { ...clientVariables(engineAddress(env), env), ...credentials }
  return {
    command: [...bridgeCommand(), ...client],
    env: {
      ...pick(env, ['PATH', 'LANG', 'TZ']),
      MCP_ADDRESS: '127.0.0.1',
      MCP_PORT: String(hostPort),
      MCP_PATH: server.path,
      MCP_ALLOWED_HOSTS: `127.0.0.1:${hostPort},localhost:${hostPort}`,
      MCP_SERVER_TOKEN: token,
      MCP_FOLDER: dirname(composeFile),
      ...Object.fromEntries(Object.entries(variables).map(([name, value]) => [`CHILD_${name}`, value])),
    },
    secrets: [...secrets.values()],
  }
}

/** Why the image of this server is not there and cannot be pulled either, or undefined. */
export async function imageObstacle(
  { server: { image } }: Start,
  { env, refresh, progress, signal }: HeldContext & PrepareOptions,
): Promise<Obstacle | undefined> {
  const ref = image.kind === 'pull' ? image.ref : ''
  try {
    const client = { env: clientVariables(engineAddress(env), env), signal }
    if (!refresh && (await runClient({ args: ['image', 'inspect', ref], ...client })) === undefined)
      return undefined
    progress(`pulling ${ref}`)
    const reason = await runClient({ args: ['pull', '--quiet', ref], ...client })
    if (reason === undefined) return undefined
    return {
      reason: `${ref} cannot be pulled: ${reason}`,
      hint: 'check the network and the proxy, or set another "image"',
    }
  } catch (error) {
    signal?.throwIfAborted()
    return {
      reason: `it needs a container engine: ${reasonOf(error)}`,
      hint: 'install Docker, start it, and run `supportmax up` again',
    }
  }
}

/**
 * Removes the containers of these held servers: one that ignores the end of its stdin outlives a killed bridge. Returns why
 * some could not be removed, by keyText().
 */
export async function removeHeld(
  held: readonly ServerKey[],
  { project, env }: HeldContext,
): Promise<Map<string, string>> {
  const faults = new Map<string, string>()
  for (const key of held) {
    const reason = await removeContainers(key, project, env).catch(reasonOf)
    if (reason !== undefined) faults.set(keyText(key), `its container could not be removed: ${reason}`)
  }
  return faults
}

/** Those of these servers whose records say that they are held. */
export function heldBy(folder: string, keys: readonly ServerKey[]): ServerKey[] {
  return keys.filter(key => readRecord(folder, key)?.held === true)
}

/** Why a container is still there, or undefined. */
async function removeContainers(
  key: ServerKey,
  project: string,
  callers: Variables,
): Promise<string | undefined> {
  const env = clientVariables(engineAddress(callers), callers)
  let left = await containersOf(key, project, env)
  if (left.length === 0) return undefined
  const fault = await runClient({ args: ['rm', '--force', '--volumes', ...left], env })
  // The engine also reports a failure for a container that it is removing already.
  const isGone = async () => {
    left = await containersOf(key, project, env)
    return left.length === 0
  }
  if (await waitFor(isGone, { every: LOOK_EVERY_MS, most: TIMEOUTS.containerGone })) return undefined
  return fault ?? `${left.join(', ')} did not stop`
}

/** Ids. Throws what the engine says if it cannot list them. */
async function containersOf(
  { customer, server }: ServerKey,
  project: string,
  env: Record<string, string>,
): Promise<string[]> {
  const labels = Object.entries({ held: project, customer, server })
  const filters = labels.flatMap(([name, value]) => ['--filter', `label=supportmax.${name}=${value}`])
  const ids: string[] = []
  const onLine = (line: string) => ids.push(line.trim())
  const fault = await runClient({ args: ['ps', '--all', '--quiet', ...filters], env, onLine })
  if (fault !== undefined) throw new Error(fault)
  return ids
}
