import type Dockerode from 'dockerode'
import { keyText, type ServerKey } from '../../../config/project.ts'
import type { Life, Observed, ObservedNetwork, ObservedServer, RunningServer } from '../../runtime.ts'
import { alterationOf, limitsOf } from './altered.ts'

/** The labels that the compose file gives to containers and networks. Never touch anything without them. */
export const LABEL = {
  project: 'supportmax.project',
  /** In place of the project's, on a container that a local process holds by its stdin. */
  held: 'supportmax.held',
  customer: 'supportmax.customer',
  server: 'supportmax.server',
  definition: 'supportmax.definition',
  credentials: 'supportmax.credentials',
  config: 'supportmax.config',
} as const

/** Where the compose file publishes every port. */
const LOOPBACK = '127.0.0.1'

/** Differs from every wanted definition. */
const UNCLEAR = ''

export interface Looking {
  /** The engine runs on this machine, so that its word about ports is one about ours. Default: it may not. */
  isHere?: boolean
  signal?: AbortSignal | undefined
}

/** All containers and networks of the project, running or not. */
export async function observeDocker(
  engine: Dockerode,
  project: string,
  { isHere = false, signal: abort }: Looking = {},
): Promise<Observed> {
  const [listed, networks] = await Promise.all([
    ourContainers(engine, project, abort),
    observedNetworks(engine, project, abort),
  ])
  const inspected = await Promise.all(listed.map(({ Id }) => inspect(engine, Id, abort)))
  const servers = inspected.filter(info => info !== undefined).map(info => describe(info, isHere))
  return { servers: onePerKey(servers), networks }
}

/** One request for all containers that run, without inspecting any. */
export async function runningInDocker(
  engine: Dockerode,
  project: string,
  { isHere = false, signal: abort }: Looking = {},
): Promise<RunningServer[]> {
  const containers = await ourContainers(engine, project, abort)
  return containers
    .filter(({ State }) => State === 'running')
    .map(({ Id, Labels, Ports }) => {
      const { PublicPort: hostPort, IP } = Ports.find(port => port.PublicPort !== undefined) ?? {}
      const vouchedAt = isHere && IP === LOOPBACK ? performance.now() : undefined
      return { ...keyOfLabels(Labels), id: shortId(Id), hostPort, vouchedAt }
    })
}

/** The project's networks, with the customer and the addresses of each. */
export async function observedNetworks(
  engine: Dockerode,
  project: string,
  abort?: AbortSignal,
): Promise<ObservedNetwork[]> {
  const networks = await ourNetworks(engine, project, abort)
  return networks.map(({ Name, Labels, IPAM }) => ({
    name: Name,
    customer: Labels?.[LABEL.customer] ?? '',
    subnets: (IPAM?.Config ?? []).flatMap(one => one.Subnet ?? []),
  }))
}

/** `by`: the label that names the project. */
export function ourContainers(
  engine: Dockerode,
  project: string,
  abort?: AbortSignal,
  by: string = LABEL.project,
) {
  const filters = { label: [`${by}=${project}`] }
  return engine.listContainers({ all: true, filters, ...(abort && { abortSignal: abort }) })
}

export function ourNetworks(engine: Dockerode, project: string, abort?: AbortSignal) {
  const filters = { label: [`${LABEL.project}=${project}`] }
  return engine.listNetworks({ filters, ...(abort && { abortSignal: abort }) })
}

export function keyOfLabels(labels: Record<string, string>): ServerKey {
  return { customer: labels[LABEL.customer] ?? '', server: labels[LABEL.server] ?? '' }
}

/** undefined for a container that was removed after it was listed. */
async function inspect(engine: Dockerode, id: string, abort?: AbortSignal) {
  try {
    return await engine.getContainer(id).inspect(abort && { abortSignal: abort })
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode === 404) return undefined
    throw error
  }
}

function describe(info: Dockerode.ContainerInspectInfo, isHere: boolean): ObservedServer {
  const { Labels: labels, Image: image } = info.Config
  const { State: state } = info
  const life = lifeOf(state.Status)
  return {
    ...keyOfLabels(labels),
    life,
    definition: labels[LABEL.definition] ?? UNCLEAR,
    credentials: labels[LABEL.credentials] ?? UNCLEAR,
    configFile: labels[LABEL.config] ?? '',
    id: shortId(info.Id),
    image,
    startedAt: timeOf(state.StartedAt),
    finishedAt: timeOf(state.FinishedAt),
    exitCode: life === 'running' || life === 'created' ? undefined : state.ExitCode,
    outOfMemory: state.OOMKilled,
    restarts: info.RestartCount,
    hostPort: hostPortOf(info),
    vouchedAt: isHere && life === 'running' && isPublished(info) ? performance.now() : undefined,
    copies: 1,
    altered: alterationOf(info),
    limits: limitsOf(info),
  }
}

/** A killed `up` can leave the old and the new container of one server: shown once, with the number of copies. */
function onePerKey(servers: ObservedServer[]): ObservedServer[] {
  const found = new Map<string, ObservedServer>()
  for (const server of servers) {
    const other = found.get(keyText(server))
    const best = other && (other.life === 'running' || server.life !== 'running') ? other : server
    const copies = (other?.copies ?? 0) + 1
    found.set(keyText(server), { ...best, copies, ...(copies > 1 ? { definition: UNCLEAR } : {}) })
  }
  return [...found.values()]
}

function shortId(id: string): string {
  return id.slice(0, 12)
}

function lifeOf(status: string): Life {
  if (status === 'removing') return 'dead'
  return (
    (['running', 'restarting', 'created', 'exited', 'paused'] as const).find(one => one === status) ?? 'dead'
  )
}

/** Docker writes "never" as the year 1. */
function timeOf(text: string): string | undefined {
  return text.startsWith('0001-') || text === '' ? undefined : text
}

/** Whether the engine has it listen now, and only for this machine. */
function isPublished(info: Dockerode.ContainerInspectInfo): boolean {
  const bound = Object.values(info.NetworkSettings.Ports ?? {}).flatMap(one => one ?? [])
  return bound.some(one => one.HostIp === LOOPBACK && Number(one.HostPort) === hostPortOf(info))
}

/** Read from the requested bindings: those of the network settings are empty while a container is stopped. */
function hostPortOf(info: Dockerode.ContainerInspectInfo): number | undefined {
  const bindings = Object.values(
    (info.HostConfig.PortBindings ?? {}) as Record<string, { HostPort?: string }[]>,
  )
  const port = Number(bindings.flat()[0]?.HostPort)
  return port > 0 ? port : undefined
}
