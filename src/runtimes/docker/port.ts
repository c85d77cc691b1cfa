import type Dockerode from 'dockerode'
import { keyOf, keyText } from '../../config/project.ts'
import { portHolder } from '../port-holder.ts'
import type { Obstacle, Start } from '../runtime.ts'
import { LABEL } from './observe.ts'

/**
 * Which other program holds the port of this server. A container of our own project does not count: it is either this
 * server, or one that the same `up` may be about to move; if it stays, the engine says so itself.
 */
export async function portObstacle(
  engine: Dockerode,
  project: string,
  start: Start,
  signal?: AbortSignal,
): Promise<Obstacle | undefined> {
  const filters = { publish: [String(start.hostPort)] }
  const containers = await engine.listContainers({ filters, ...(signal && { abortSignal: signal }) })
  if (containers.some(container => container.Labels[LABEL.project] === project)) return undefined
  const other = containers[0]
  const holder = other ? `the container ${nameOf(other)}` : (await portHolder(start.hostPort))?.name
  if (holder === undefined) return undefined
  return {
    reason: `port ${start.hostPort} on 127.0.0.1 is held by ${holder}`,
    hint: `stop it, or set another "port" for ${keyText(keyOf(start.server))}`,
  }
}

function nameOf(container: Dockerode.ContainerInfo): string {
  return container.Names[0]?.replace(/^\//, '') ?? container.Id.slice(0, 12)
}
