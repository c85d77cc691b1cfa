import type { EnvEntry, MaybeTemplate, Server, Volume } from './project.ts'

/** Where a server will listen, as seen by itself and by its clients. */
interface LaunchTarget {
  /** Address the program binds: 0.0.0.0 in a container, 127.0.0.1 as a local process. */
  address: string
  /** Port the program binds. */
  port: number
  /** Port on 127.0.0.1 of this machine under which clients reach it. */
  hostPort: number
  /** Path of the CA bundle as the program sees it. */
  caFile: string | undefined
  /** Whether it is in a container, where volumes have paths of their own. */
  isContained?: boolean
}

/** Arguments and environment of one start, with names of credentials instead of values. */
interface Launch {
  args: string[]
  env: LaunchEnv[]
}

export type LaunchEnv = { name: string; value: string } | { name: string; credential: string }

/** Fills in the catalogue's {placeholders}. Pure. */
export function launch(server: Server, target: LaunchTarget): Launch {
  const words: Record<string, string> = {
    address: target.address,
    port: String(target.port),
    hostPort: String(target.hostPort),
    service: server.service,
    path: server.path,
    // The only folder of a container to which its program may write.
    home: '/tmp',
    caFile: target.caFile ?? '',
    allowedHosts: allowedHosts(server, target).join(','),
    ...Object.fromEntries(server.volumes.map(volume => mountWord(volume, target))),
  }
  const fill = (text: MaybeTemplate) =>
    typeof text === 'string'
      ? text
      : text.template.replace(/\{(\w+)\}/g, (whole, word: string) => words[word] ?? whole)
  return {
    args: server.args.map(fill),
    env: [
      ...server.env.map(entry =>
        'credential' in entry ? credentialEnv(entry, target) : { name: entry.name, value: fill(entry.value) },
      ),
      ...(server.tokenEnv ? [{ name: server.tokenEnv, credential: server.tokenName }] : []),
    ],
  }
}

function credentialEnv(
  { name, credential, file }: Extract<EnvEntry, { credential: string }>,
  { isContained = false }: LaunchTarget,
): LaunchEnv {
  if (file === undefined) return { name, credential }
  return { name, value: isContained ? mountOf(credential) : file }
}

/** Files with credentials that a server reads itself, and where a container sees them. */
export function credentialFiles({ env }: Pick<Server, 'env'>): (Volume & { credential: string })[] {
  return env.flatMap(entry =>
    'credential' in entry && entry.file !== undefined
      ? [{ credential: entry.credential, source: entry.file, target: mountOf(entry.credential) }]
      : [],
  )
}

function mountOf(credential: string): string {
  return `/run/secrets/${credential}`
}

/** Where files and folders of a server's `config` are mounted. */
export const MOUNTS = '/mnt/'

function mountWord(
  { source, target: inside }: Volume,
  { isContained = false }: LaunchTarget,
): [string, string] {
  return [`mount_${inside.slice(MOUNTS.length)}`, isContained ? inside : source]
}

function allowedHosts(server: Server, target: LaunchTarget): string[] {
  const hosts = [
    `127.0.0.1:${target.hostPort}`,
    `localhost:${target.hostPort}`,
    `${server.service}:${target.port}`,
    `127.0.0.1:${target.port}`,
  ]
  return [...new Set(hosts)]
}
