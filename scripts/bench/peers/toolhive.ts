// ToolHive's aggregator, built from its Go module. https://docs.stacklok.com/toolhive/guides-vmcp/local-cli

import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { freePort } from '../../../test/helpers/ports.ts'
import type { Upstream } from '../gateway/processes.ts'
import { client, type Peer, type Place } from './peer.ts'

const VERSION = '0.47.0'
/** Milliseconds. It compiles some hundred modules. */
const BUILD = 1_800_000

/** None if it cannot be built; the reason is printed. */
export function toolHive({ processes, folder }: Place): Peer[] {
  const program = built()
  if (program === undefined) return []
  return [
    {
      name: `ToolHive ${VERSION}`,
      tool: 'alpha_echo',
      async start(servers) {
        const port = await freePort()
        const config = join(folder, `toolhive-${port}.yaml`)
        // YAML contains JSON.
        writeFileSync(config, JSON.stringify(configuration(servers)))
        const words = ['serve', '--config', config, '--host', '127.0.0.1', '--port', String(port)]
        const process = await processes.start(words, /health endpoints/, {}, program)
        return { process, open: () => client('http', `http://127.0.0.1:${port}/mcp`) }
      },
    },
  ]
}

/** Servers at fixed addresses: without a container engine, it cannot have any of its own. */
function configuration(servers: readonly Upstream[]): object {
  return {
    name: 'bench',
    groupRef: 'bench',
    backends: servers.map(({ name, url }) => ({ name, url, transport: 'streamable-http' })),
    incomingAuth: { type: 'anonymous' },
    outgoingAuth: { source: 'inline', default: { type: 'unauthenticated' } },
    aggregation: { conflictResolution: 'prefix', conflictResolutionConfig: { prefixFormat: '{workload}_' } },
  }
}

function built(): string | undefined {
  const folder = resolve('node_modules/.cache/peers', `toolhive-${VERSION}`)
  const program = join(folder, 'vmcp')
  if (existsSync(program)) return program
  mkdirSync(folder, { recursive: true })
  try {
    const env = { ...process.env, GOBIN: folder, GOTOOLCHAIN: 'go1.27.3' }
    const words = ['install', `github.com/stacklok/toolhive/cmd/vmcp@v${VERSION}`]
    execFileSync('go', words, { env, stdio: 'pipe', timeout: BUILD })
    return program
  } catch (error) {
    console.log(
      `skipped: ToolHive ${VERSION} could not be built (${(error as Error).message.split('\n')[0]})`,
    )
    return undefined
  }
}
