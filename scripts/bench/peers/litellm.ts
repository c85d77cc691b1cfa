// LiteLLM's gateway, from PyPI. https://docs.litellm.ai/docs/mcp

import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { freePort } from '../../../test/helpers/ports.ts'
import { client, type Peer, type Place } from './peer.ts'

const VERSION = '1.108.7'
/** Milliseconds. Its hundreds of packages take minutes. */
const INSTALL = 900_000

/** None if it cannot be installed; the reason is printed. */
export function liteLlm({ processes, folder }: Place): Peer[] {
  const program = installed()
  if (program === undefined) return []
  return [
    {
      name: `LiteLLM ${VERSION}`,
      tool: 'alpha-echo',
      async start(servers) {
        const port = await freePort()
        const key = `sk-${randomBytes(24).toString('hex')}`
        const config = join(folder, `litellm-${port}.yaml`)
        const entries = servers.map(({ name, url }) => [
          name,
          { url, transport: 'http', allow_all_keys: true },
        ])
        // YAML contains JSON.
        writeFileSync(
          config,
          JSON.stringify({ general_settings: { master_key: key }, mcp_servers: Object.fromEntries(entries) }),
        )
        const words = ['--config', config, '--host', '127.0.0.1', '--port', String(port)]
        const quiet = { LITELLM_LOCAL_MODEL_COST_MAP: 'True', LITELLM_TELEMETRY: 'False' }
        const process = await processes.start(words, /startup complete/i, quiet, program)
        return { process, open: () => client('http', `http://127.0.0.1:${port}/mcp/`, key) }
      },
    },
  ]
}

function installed(): string | undefined {
  const home = resolve('node_modules/.cache/peers', `litellm-${VERSION}`)
  const program = join(home, 'bin/litellm')
  if (existsSync(program)) return program
  try {
    execFileSync('python3', ['-m', 'venv', home], { stdio: 'pipe', timeout: INSTALL })
    const words = ['install', '--quiet', `litellm[proxy]==${VERSION}`]
    execFileSync(join(home, 'bin/pip'), words, { stdio: 'pipe', timeout: INSTALL })
    return program
  } catch (error) {
    console.log(
      `skipped: LiteLLM ${VERSION} could not be installed (${(error as Error).message.split('\n')[0]})`,
    )
    return undefined
  }
}
