// supportmax, and the least that a gateway can do.

import { join } from 'node:path'
import { freePort } from '../../../test/helpers/ports.ts'
import { PROGRAM, project } from '../gateway/processes.ts'
import { client, type Peer, type Place } from './peer.ts'

let projects = 0

export function lean({ processes }: Place): Peer {
  return {
    name: 'lean pass-through',
    tool: 'alpha__echo',
    async start(servers) {
      const port = await freePort()
      const words = servers.map(({ name, url }) => `${name}=${url}`)
      const process = await processes.start(
        ['scripts/bench/gateway/lean.ts', String(port), '2025-11-25', ...words],
        /listening/,
      )
      return { process, open: () => client('http', `http://127.0.0.1:${port}/`) }
    },
  }
}

export function ours({ processes, folder }: Place): Peer {
  return {
    name: 'supportmax',
    tool: 'alpha__echo',
    async start(servers) {
      const port = await freePort()
      const { config, token } = project(processes, join(folder, `project-${++projects}`), servers)
      const words = [PROGRAM, '--config', config, 'serve', '--port', String(port)]
      const process = await processes.start(words, /serving/)
      return { process, open: () => client('http', `http://127.0.0.1:${port}/customers/acme/mcp`, token) }
    },
  }
}
