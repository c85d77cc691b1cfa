import { release } from 'node:os'
import { TIMEOUTS } from '../../base/timeouts.ts'
import { pause, waitFor } from '../../base/waiting/wait.ts'
import { packagesFolder } from '../../packages/drafts.ts'
import type { BaseImages } from '../../packages/image.ts'
import { endClient } from '../client.ts'
import { clientVariables } from '../engine-address.ts'
import { obstacleFor } from '../obstacle.ts'
import { MARK, markedRows, markOf } from '../processes.ts'
import type { Observed, PrepareOptions, Runtime, Start, Variables } from '../runtime.ts'
import { downDocker } from './down.ts'
import { type FoundEngine, findEngine } from './engine/connect.ts'
import { SUPPORTED } from './engine/version.ts'
import { buildOwnImage, imageProvider } from './images.ts'
import { dockerLogs } from './look/logs.ts'
import { observeDocker, runningInDocker } from './look/observe.ts'
import { loopbackObstacle } from './loopback.ts'
import { lockAnywhere, type PackageBuild } from './packages.ts'
import { portObstacle } from './port.ts'
import { upDocker } from './up.ts'

export { type FoundEngine, findEngine } from './engine/connect.ts'

export interface DockerOptions {
  project: string
  configFile: string
  composeFile: string
  build: BaseImages
  /** The project's state folder. */
  stateDir: string
  /** The caller's environment: DOCKER_HOST, DOCKER_CONTEXT, DOCKER_CONFIG, HOME, PATH, XDG_RUNTIME_DIR are used. */
  env: Variables
  /** Gets the process group of a running `docker compose`, and undefined when it has ended. */
  onCompose(pid: number | undefined): void
  /** What findEngine() found; without it, openDocker looks itself. */
  found?: FoundEngine | undefined
  signal?: AbortSignal | undefined
}

export interface DockerRuntime extends Runtime {
  /** Rebuilds our own image of `program`. Returns why it failed, or undefined. */
  buildImage(program: string, options: PrepareOptions): ReturnType<typeof buildOwnImage>
}

/** Servers as containers. Throws `missing` if no engine answers within 5 s, or if it is too old. */
export async function openDocker(options: DockerOptions): Promise<DockerRuntime> {
  const { project, env } = options
  const found = options.found ?? (await findEngine(env, options.signal))
  if (found.state !== 'answers') throw found.error
  const { engine, address, product } = found
  const clientEnv = clientVariables(address, env)
  const owner = `compose:${options.configFile}`
  const composeEnv = { ...clientEnv, [MARK]: markOf(owner, { customer: '_compose', server: project }) }
  const packages: PackageBuild = {
    ...{ images: options.build, clientEnv, env, ground: packagesFolder(options.stateDir) },
    without: product.product === 'Podman' ? product.product : undefined,
  }
  const images = { engine, build: options.build, clientEnv, packages }
  const ensureImage = imageProvider(images)
  const isHere = isOnThisMachine(found)
  // Without `isHere`, what is seen has no times of its own, and can be compared.
  const compared = () => observeDocker(engine, project)
  const obstacle = async (start: Start, how: PrepareOptions) =>
    loopbackObstacle(start.server) ??
    (await portObstacle(engine, project, start, how.signal)) ??
    (await ensureImage(start.server.image, start.image ?? '', how))
  return {
    kind: 'docker',
    engine: `${product.product} ${product.version}`,
    notice:
      product.product === 'Podman'
        ? `the engine is Podman ${product.version} (supported: ${SUPPORTED})`
        : undefined,
    observe: signal => observeDocker(engine, project, { isHere, signal }),
    listRunning: signal => runningInDocker(engine, project, { isHere, signal }),
    portsFor: async (_servers, { leases }) => leases,
    prepare: (start, how) => obstacleFor(start.server, how, () => obstacle(start, how)),
    async up(starts, signal) {
      await endStrayCompose(owner, compared)
      return upDocker({ ...options, engine, composeEnv }, starts, signal)
    },
    async down(keys, signal, onRemoved) {
      await endStrayCompose(owner, compared)
      return downDocker(engine, { project, keys, onRemoved }, signal)
    },
    logs: (key, how, signal) => dockerLogs({ engine, project }, key, how, signal),
    lock: (source, how) => lockAnywhere(packages, source, how),
    buildImage: (program, how) => buildOwnImage(images, program, how),
  }
}

/** A socket may lead to a virtual machine, or through ssh to another one, whose ports are not ours: its kernel differs. */
function isOnThisMachine({ address, product }: Extract<FoundEngine, { state: 'answers' }>): boolean {
  return address.host.startsWith('unix://') && product.kernel === release()
}

const SETTLE = { every: 500, looks: 40 }

/**
 * Ends a `docker compose` that outlived its killed parent. Only the holder of the lock gets here, so a process with our
 * mark must be such a leftover. Then waits until two observations agree: the engine may still be carrying out the last
 * request. The lock also ends leftovers (stack/state/lock.ts): on every system, but only if the pid was recorded in time.
 * This function finds those whose parent died before that, but only on Linux, because it reads the mark from /proc.
 */
async function endStrayCompose(owner: string, observe: () => Promise<Observed>): Promise<void> {
  const groups = () => new Set(markedRows(owner).map(({ row }) => row.group))
  if (groups().size === 0) return
  for (const group of groups()) endClient(group)
  await waitFor(() => groups().size === 0, { every: 50, most: TIMEOUTS.strayCompose })
  const look = async () => JSON.stringify(await observe())
  for (let before = '', now = await look(), tries = 0; now !== before && tries < SETTLE.looks; tries++) {
    await pause(SETTLE.every)
    before = now
    now = await look()
  }
}
