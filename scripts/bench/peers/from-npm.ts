// Gateways from npm.

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort } from '../../../test/helpers/ports.ts'
import { installed } from '../../npm-cache.ts'
import { EVERYTHING } from '../gateway/processes.ts'
import { client, type Peer, type Place } from './peer.ts'

const PACKAGES = ['mcp-hub@4.2.1', 'mcp-proxy@6.7.19']

/** Those that can be installed; the reason of the others is printed. */
export async function npmPeers(place: Place): Promise<Peer[]> {
  const found = await installed('peers', PACKAGES)
  if ('folder' in found) return [hub(place, found.folder), proxy(place, found.folder)]
  console.log(`skipped: ${found.reason}`)
  return []
}

function hub({ processes, folder }: Place, cache: string): Peer {
  return {
    name: 'mcp-hub 4.2.1',
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
    name: 'mcp-proxy 6.7.19 (one server)',
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
