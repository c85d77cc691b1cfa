import { existsSync } from 'node:fs'
import type Dockerode from 'dockerode'
import { reasonOf, SupportError } from '../../../base/errors.ts'
import { isOnPath } from '../../../base/machine.ts'
import { type EngineAddress, engineAddress, engineOptions } from '../../engine-address.ts'
import type { Variables } from '../../runtime.ts'
import { ENGINE_DEADLINES, withDeadlines } from './deadlines.ts'
import { type EngineProduct, SUPPORTED, supportedEngine, type VersionAnswer } from './version.ts'

/** The result of looking for an engine. If you need one, throw `error`. `silent` includes engines that are too old. */
export type FoundEngine =
  | { state: 'answers'; engine: Dockerode; address: EngineAddress; product: EngineProduct }
  | { state: 'silent' | 'not-installed'; error: SupportError }

/**
 * Looks once. `answers`: it answered within 5 s and is new enough. `silent`: it did not, or its address cannot be used.
 * `not-installed`: there is no engine and no docker command. Throws only the reason of `signal`.
 */
export async function findEngine(
  env: Variables,
  signal?: AbortSignal,
  deadlines = ENGINE_DEADLINES,
): Promise<FoundEngine> {
  try {
    const address = engineAddress(env)
    const engine = withDeadlines(await engineAt(address), address.host, deadlines)
    // Dockerode's types lack the options.
    const version = engine.version.bind(engine) as (how: object) => Promise<VersionAnswer>
    const product = supportedEngine(await version({ abortSignal: signal }), address.host)
    return { state: 'answers', engine, address, product }
  } catch (error) {
    signal?.throwIfAborted()
    if (!isInstalled(env)) return { state: 'not-installed', error: NOT_INSTALLED }
    return { state: 'silent', error: error instanceof SupportError ? error : unusable(error) }
  }
}

const NOT_INSTALLED = new SupportError('missing', 'Docker is not installed', {
  hint: `install ${SUPPORTED}`,
})

async function engineAt(address: EngineAddress): Promise<Dockerode> {
  const { default: Engine } = await import('dockerode')
  return new Engine(engineOptions(address) as Dockerode.DockerOptions)
}

function unusable(error: unknown): SupportError {
  return new SupportError('missing', `Docker: ${reasonOf(error)}`, {
    hint: 'start Docker and check it with `docker version`',
    cause: error,
  })
}

function isInstalled(env: Variables): boolean {
  if (env.DOCKER_HOST || env.DOCKER_CONTEXT || existsSync('/var/run/docker.sock')) return true
  return isOnPath('docker', env.PATH)
}
