import type Dockerode from 'dockerode'
import { keyOf, keyText } from '../../config/project.ts'
import { portHolder } from '../port-holder.ts'
import type { Obstacle, Start } from '../runtime.ts'
import { LABEL } from './look/observe.ts'

/**
 * Reports another program that holds the port of this server. A container of our own project does not count: it is this
 * server, or one that the same `up` may be about to move. If it does not move, the engine reports that itself.
 */
export async function portObstacle(
  engine: Dockerode,
  project: string,
  start: Start,
  signal?: AbortSignal,
): Promise<Obstacle | undefined> {
  // Podman refuses the filter "publish".
  const listed = await engine.listContainers({ ...(signal && { abortSignal: signal }) })
  const containers = listed.filter(({ Ports }) => Ports.some(one => one.PublicPort === start.hostPort))
  if (containers.some(container => container.Labels[LABEL.project] === project)) return undefined
  const [foreign] = containers
  const holder = foreign ? `the container ${nameOf(foreign)}` : (await portHolder(start.hostPort))?.name
  if (holder === undefined) return undefined
  return {
    reason: `port ${start.hostPort} on 127.0.0.1 is held by ${holder}`,
    hint: `stop it, or set another "port" for ${keyText(keyOf(start.server))}`,
  }
}

function nameOf(container: Dockerode.ContainerInfo): string {
  return container.Names[0]?.replace(/^\//, '') ?? container.Id.slice(0, 12)
}
