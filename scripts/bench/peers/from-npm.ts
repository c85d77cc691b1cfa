// Gateways from npm.

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort } from '../../../test/helpers/ports.ts'
import { installed } from '../../npm-cache.ts'
import { EVERYTHING } from '../gateway/processes.ts'
import { client, type Peer, type Place } from './peer.ts'

const HUB = 'mcp-hub@4.2.1'
const PROXY = 'mcp-proxy@6.7.19'

/** Those that can be installed; the reason of each other one is printed. */
export async function npmPeers(place: Place): Promise<Peer[]> {
  const peers = await Promise.all(
    (
      [
        [HUB, hub],
        [PROXY, proxy],
      ] as const
    ).map(async ([name, peer]) => {
      // Each in a folder of its own: one that cannot be installed does not keep the other out.
      const found = await installed(`peers/${name}`, [name])
      if ('folder' in found) return [peer(place, found.folder)]
      console.log(`skipped: ${found.reason}`)
      return []
    }),
  )
  return peers.flat()
}

/** `mcp-hub 4.2.1` of a package. */
function titleOf(name: string): string {
  return name.replace('@', ' ')
}

function hub({ processes, folder }: Place, cache: string): Peer {
  return {
    name: titleOf(HUB),
    tool: 'alpha__echo',
    async start(servers) {
      const port = await freePort()
      const config = join(folder, `hub-${port}.json`)
      const mcpServers = Object.fromEntries(servers.map(({ name, url }) => [name, { url }]))
      writeFileSync(config, JSON.stringify({ mcpServers }))
      const program = join(cache, 'node_modules/mcp-hub/dist/cli.js')
      const process = await processes.start([program, '--port', String(port), '--config', config], /./)
      return { process, open: () => client('sse', `http://127.0.0.1:${port}/mcp`) }
    },
  }
}

/** It has one server, which it starts itself. */
function proxy({ processes }: Place, cache: string): Peer {
  return {
    name: `${titleOf(PROXY)} (one server)`,
    tool: 'echo',
    async start() {
      const port = await freePort()
      const program = join(cache, 'node_modules/mcp-proxy/dist/bin/mcp-proxy.mjs')
      const words = ['--port', String(port), '--host', '127.0.0.1', '--server', 'stream', '--no-eventStore']
      const started = await processes.start([program, ...words, '--', 'node', EVERYTHING, 'stdio'], /./)
      return { process: started, open: () => client('http', `http://127.0.0.1:${port}/mcp`) }
    },
  }
}
