import type { Server, Text } from './project.ts'

/** Where a server will listen, as seen by itself and by its clients. */
export interface Place {
  /** Address the program binds: 0.0.0.0 in a container, 127.0.0.1 as a local process. */
  address: string
  /** Port the program binds. */
  port: number
  /** Port on 127.0.0.1 of this machine under which clients reach it. */
  hostPort: number
  /** Path of the CA bundle as the program sees it. */
  caFile: string | undefined
}

/** Arguments and environment of one start; credentials and the token are still names. */
export interface Launch {
  args: string[]
  env: LaunchEnv[]
}

export type LaunchEnv = { name: string; value: string } | { name: string; credential: string }

/** Fills the catalogue's {placeholders} for one place. Pure. */
export function launch(server: Server, place: Place): Launch {
  const words: Record<string, string> = {
    address: place.address,
    port: String(place.port),
    hostPort: String(place.hostPort),
    service: server.service,
    path: server.path,
    caFile: place.caFile ?? '',
    allowedHosts: allowedHosts(server, place).join(','),
  }
  const fill = (text: Text) =>
    typeof text === 'string'
      ? text
      : text.template.replace(/\{(\w+)\}/g, (whole, word: string) => words[word] ?? whole)
  return {
    args: server.args.map(fill),
    env: [
      ...server.env.map(entry =>
        'credential' in entry
          ? { name: entry.name, credential: entry.credential }
          : { name: entry.name, value: fill(entry.value) },
      ),
      ...(server.tokenEnv ? [{ name: server.tokenEnv, credential: server.tokenName }] : []),
    ],
  }
}

function allowedHosts(server: Server, place: Place): string[] {
  const hosts = [
    `127.0.0.1:${place.hostPort}`,
    `localhost:${place.hostPort}`,
    `${server.service}:${place.port}`,
    `127.0.0.1:${place.port}`,
  ]
  return [...new Set(hosts)]
}
