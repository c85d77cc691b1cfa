import { accessSync, constants, existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import type Dockerode from 'dockerode'
import { reasonOf, SupportError } from '../../../base/errors.ts'
import { type EngineAddress, type Environment, engineAddress, engineOptions } from './address.ts'

const ANSWER_MS = 5_000
/** healthcheck.start_interval came with it. */
const OLDEST_MAJOR = 25

export type DockerPresence = 'answers' | 'silent' | 'not-installed'

/** Whether there is Docker here: an engine that answers, one that does not, or none and no client either. */
export async function dockerPresence(env: Environment): Promise<DockerPresence> {
  try {
    await versionOf(await engineAt(engineAddress(env)))
    return 'answers'
  } catch {
    return isInstalled(env) ? 'silent' : 'not-installed'
  }
}

/** An engine that answers and is new enough; else throws `missing` with what to do. */
export async function connectEngine(address: EngineAddress): Promise<Dockerode> {
  const engine = await engineAt(address)
  const version = await versionOf(engine).catch(error => {
    throw new SupportError('missing', `Docker: no engine answers at ${address.host}: ${reasonOf(error)}`, {
      hint: hintFor(error),
      cause: error,
    })
  })
  if (Number.parseInt(version, 10) >= OLDEST_MAJOR) return engine
  throw new SupportError('missing', `Docker: the engine is ${version}, too old`, {
    hint: `install Docker Engine ${OLDEST_MAJOR} or newer, or say  --runtime local`,
  })
}

async function engineAt(address: EngineAddress): Promise<Dockerode> {
  const { default: Engine } = await import('dockerode')
  return new Engine(engineOptions(address) as Dockerode.DockerOptions)
}

/** dockerode's own `timeout` is one of silence on a socket; this is one of the whole answer. */
async function versionOf(engine: Dockerode): Promise<string> {
  let timer: NodeJS.Timeout | undefined
  const silence = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`silent for ${ANSWER_MS / 1000} s`)), ANSWER_MS)
  })
  try {
    return (await Promise.race([engine.version(), silence])).Version
  } finally {
    clearTimeout(timer)
  }
}

function hintFor(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code
  if (code === 'EACCES')
    return 'add yourself to the group "docker" and sign in again, or use a rootless engine'
  return 'start Docker and see  docker version  answer, or say  --runtime local'
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
