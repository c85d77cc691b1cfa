import { setTimeout as delay } from 'node:timers/promises'
import { MARK, markedRows, markOf, processTable } from '../local/processes.ts'
import { obstacleFor } from '../obstacle.ts'
import type { Observed, PrepareOptions, Runtime, Start } from '../runtime.ts'
import { endGroup } from './client.ts'
import { downDocker } from './down.ts'
import { clientVariables, type Environment } from './engine/address.ts'
import { type FoundEngine, findEngine } from './engine/connect.ts'
import { buildOwnImage, imageKeeper } from './images.ts'
import { dockerLogs } from './logs.ts'
import { observeDocker } from './observe.ts'
import { portObstacle } from './port.ts'
import { upDocker } from './up.ts'

export { dockerPresence, type FoundEngine, findEngine } from './engine/connect.ts'

export interface DockerOptions {
  project: string
  configFile: string
  composeFile: string
  build: { base: string; namePrefix: string }
  /** The caller's environment: DOCKER_HOST, DOCKER_CONTEXT, DOCKER_CONFIG, HOME, PATH, XDG_RUNTIME_DIR are used. */
  env: Environment
  /** Told the process group of a running `docker compose`, and undefined when it has ended. */
  onCompose(pid: number | undefined): void
  /** What findEngine() found; without it, openDocker looks itself. */
  found?: FoundEngine | undefined
  signal?: AbortSignal | undefined
}

export interface DockerRuntime extends Runtime {
  /** Builds our own image of `program` anew. Why not, or undefined. */
  buildImage(program: string, options: PrepareOptions): ReturnType<typeof buildOwnImage>
}

/** Servers as containers. Throws `missing` where no engine answers in 5 s, or where it is older than 25. */
export async function openDocker(options: DockerOptions): Promise<DockerRuntime> {
  const { project, env } = options
  const found = options.found ?? (await findEngine(env, options.signal))
  if (found.state !== 'answers') throw found.error
  const { engine, address } = found
  const clientEnv = clientVariables(address, env)
  const owner = `compose:${options.configFile}`
  const composeEnv = { ...clientEnv, [MARK]: markOf(owner, { customer: '_compose', server: project }) }
  const images = { engine, build: options.build, clientEnv }
  const haveImage = imageKeeper(images)
  const observe = (signal?: AbortSignal) => observeDocker(engine, project, signal)
  return {
    kind: 'docker',
    observe,
    prepare: (start: Start, how) =>
      obstacleFor(
        start.server,
        how,
        async () =>
          (await portObstacle(engine, project, start, how.signal)) ??
          (await haveImage(start.server.image, how)),
      ),
    async up(starts, signal) {
      await endStrayCompose(owner, () => observe(signal))
      return upDocker({ ...options, engine, composeEnv }, starts, signal)
    },
    async down(keys, signal) {
      await endStrayCompose(owner, () => observe(signal))
      return downDocker(engine, project, keys, signal)
    },
    logs: (key, how, signal) => dockerLogs({ engine, project }, key, how, signal),
    buildImage: (program, how) => buildOwnImage(images, program, how),
  }
}

/**
 * `docker compose` outlives a killed parent, even one killed before it could note the pid anywhere. Who changes the
 * stack is alone (the lock), so one that carries our mark is such a leftover: it is ended, and the engine, which
 * may still be at its last request, is watched until two looks agree. Elsewhere than on Linux the lock must do.
 */
async function endStrayCompose(owner: string, observe: () => Promise<Observed>): Promise<void> {
  const groups = () => new Set(markedRows(owner, processTable()).map(({ row }) => row.group))
  if (groups().size === 0) return
  for (const group of groups()) endGroup(group)
  for (const until = Date.now() + 3_000; groups().size > 0 && Date.now() < until; ) await delay(50)
  const look = async () => JSON.stringify(await observe())
  for (let before = '', now = await look(), tries = 0; now !== before && tries < 40; tries++) {
    await delay(500)
    before = now
    now = await look()
  }
}
