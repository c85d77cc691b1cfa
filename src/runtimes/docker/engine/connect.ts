import { accessSync, constants, existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import type Dockerode from 'dockerode'
import { reasonOf, SupportError } from '../../../base/errors.ts'
import { type EngineAddress, type Environment, engineAddress, engineOptions } from './address.ts'
import { ENGINE_DEADLINES, withDeadlines } from './deadlines.ts'

/** healthcheck.start_interval came with it. */
const OLDEST_MAJOR = 25

/** One look for an engine. `error` is ready to be thrown where one is needed; a silent one may also be too old. */
export type FoundEngine =
  | { state: 'answers'; engine: Dockerode; address: EngineAddress }
  | { state: 'silent' | 'not-installed'; error: SupportError }

/**
 * Looks once: an engine that answers within 5 s and is new enough; one that does not (or whose address is of no
 * use); or none, and no client either. Throws nothing but the reason of `signal`.
 */
export async function findEngine(
  env: Environment,
  signal?: AbortSignal,
  deadlines = ENGINE_DEADLINES,
): Promise<FoundEngine> {
  try {
    const address = engineAddress(env)
    const engine = withDeadlines(await engineAt(address), address.host, deadlines)
    // Its types leave out the options.
    const version = engine.version.bind(engine) as (how: object) => Promise<Dockerode.DockerVersion>
    throwIfTooOld((await version({ abortSignal: signal })).Version)
    return { state: 'answers', engine, address }
  } catch (error) {
    signal?.throwIfAborted()
    if (!isInstalled(env)) return { state: 'not-installed', error: NOT_INSTALLED }
    return { state: 'silent', error: error instanceof SupportError ? error : unusable(error) }
  }
}

/** Whether there is Docker here, in a word. */
export async function dockerPresence(env: Environment): Promise<FoundEngine['state']> {
  return (await findEngine(env)).state
}

const NOT_INSTALLED = new SupportError('missing', 'Docker is not installed', {
  hint: 'install Docker Engine 25 or newer, or say  --runtime local',
})

async function engineAt(address: EngineAddress): Promise<Dockerode> {
  const { default: Engine } = await import('dockerode')
  return new Engine(engineOptions(address) as Dockerode.DockerOptions)
}

function throwIfTooOld(version: string): void {
  if (Number.parseInt(version, 10) >= OLDEST_MAJOR) return
  throw new SupportError('missing', `Docker: the engine is ${version}, too old`, {
    hint: `install Docker Engine ${OLDEST_MAJOR} or newer, or say  --runtime local`,
  })
}

function unusable(error: unknown): SupportError {
  return new SupportError('missing', `Docker: ${reasonOf(error)}`, {
    hint: 'see  docker version  answer, or say  --runtime local',
    cause: error,
  })
}

function isInstalled(env: Environment): boolean {
  if (env.DOCKER_HOST || env.DOCKER_CONTEXT || existsSync('/var/run/docker.sock')) return true
  return (env.PATH ?? '').split(delimiter).some(folder => isExecutable(join(folder, 'docker')))
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
