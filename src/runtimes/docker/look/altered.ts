import type Dockerode from 'dockerode'

/**
 * How a container differs from what compose created, where somebody has changed it since: its networks, its published
 * port, its restart policy. The engine keeps what was asked for in HostConfig, beside what is. undefined: it does not.
 */
export function alterationOf({
  Config,
  State,
  HostConfig,
  NetworkSettings,
}: Dockerode.ContainerInspectInfo): string | undefined {
  const { NetworkMode = '' } = HostConfig
  // Podman calls every network of its own driver "bridge" there; compose names a network after its project.
  const own = NetworkMode === 'bridge' ? composeNetwork(Config.Labels) : NetworkMode
  const attached = Object.keys(NetworkSettings.Networks)
  if (!attached.includes(own)) return `it lost its network ${own}`
  const [foreign] = attached.filter(name => name !== own)
  if (foreign !== undefined) return `it was attached to the network ${foreign}`
  const isPublished = ([port]: [string, unknown]) => (NetworkSettings.Ports?.[port] ?? []).length > 0
  const asked = Object.entries((HostConfig.PortBindings ?? {}) as Record<string, unknown>)
  if (State.Status === 'running' && !asked.every(isPublished)) return 'its port is no longer published'
  const policy = HostConfig.RestartPolicy?.Name
  if (policy !== 'unless-stopped') return `its restart policy was changed to ${policy || 'none'}`
  return undefined
}

function composeNetwork(labels: Record<string, string>): string {
  return `${labels['com.docker.compose.project']}_customer-${labels['supportmax.customer']}`
}

/** The limits in effect. */
export function limitsOf({ HostConfig }: Dockerode.ContainerInspectInfo) {
  const { NanoCpus = 0, Memory = 0, PidsLimit } = HostConfig
  return { cpus: NanoCpus / 1e9, memory: Memory, pids: PidsLimit ?? 0 }
}
