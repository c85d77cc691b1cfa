// Twelve customers with three servers each, whose systems are simulated on this machine where containers reach them.

import { writeFileSync } from 'node:fs'
import { type AddressInfo, connect, createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { startDemoWorld } from '../../../test/helpers/demo-world.ts'
import { BASE, NAME_PREFIX } from '../../../test/helpers/docker.ts'
import { bridgeAddress } from '../../../test/helpers/first-file.ts'
import { startGrafanaApi } from '../../../test/helpers/grafana-api.ts'

/** Everything on the engine that the bench makes carries this project's label. */
export const PROJECT = 'supportmax-bench'
const CUSTOMERS = 12
const GRAFANA_TOKEN = 'bench-grafana-token'
const PORTS = { grafana: 28_300, alertmanager: 28_320, genesys: 28_340 }

/** Every server: its port on 127.0.0.1, and its token with the name of its variable. */
export const SERVERS = Array.from({ length: CUSTOMERS }, (_, index) =>
  Object.entries(PORTS).map(([type, first]) => ({
    port: first + index,
    tokenName: `SUPPORTMAX_TOKEN_CUSTOMER_${index}__${type.toUpperCase()}`,
    token: `bench-token-${index}-${type}`,
  })),
).flat()

export interface BenchWorld {
  /** Values of all credentials and tokens, by name. */
  credentials: Record<string, string>
  /** URLs of the simulated systems as containers reach them. */
  urls: { demo: string; grafana: string }
  close(): Promise<void>
}

/** Starts the systems, and writes mcp_servers.json and mcp_credentials.env of the customers into `folder`. */
export async function startBenchWorld(folder: string, grafanaImage: string): Promise<BenchWorld> {
  const address = bridgeAddress()
  const grafana = await startGrafanaApi({ address, token: GRAFANA_TOKEN, name: 'bench' })
  const demo = await startDemoWorld()
  const door = await forwarded(address, Number(new URL(demo.url).port))
  const urls = { demo: `http://${address}:${(door.address() as AddressInfo).port}`, grafana: grafana.url }
  const document = documentOf(urls, grafanaImage)
  writeFileSync(join(folder, 'mcp_servers.json'), JSON.stringify(document, undefined, 2))
  const credentials = credentialsOf()
  const lines = Object.entries(credentials).map(([name, value]) => `${name}=${value}\n`)
  writeFileSync(join(folder, 'mcp_credentials.env'), lines.join(''), { mode: 0o600 })
  return {
    credentials,
    urls,
    async close() {
      door.close()
      await grafana.stop()
      await demo.close()
    },
  }
}

/** Half of the customers are of one demo system, half of the other. */
function systemOf(index: number): 'nordwind' | 'segura' {
  return index % 2 === 0 ? 'nordwind' : 'segura'
}

function documentOf({ demo, grafana }: BenchWorld['urls'], image: string) {
  const customers = Array.from({ length: CUSTOMERS }, (_, index) => {
    const system = `${demo}/${systemOf(index)}`
    return {
      name: `Customer ${index}`,
      mcp_servers: [
        { type: 'grafana', config: { grafana_url: grafana } },
        { type: 'alertmanager', config: { alertmanager_url: `${system}/alertmanager` } },
        {
          type: 'genesys',
          config: {
            region: 'eu-central-1',
            login_url: `${system}/genesys/login`,
            api_url: `${system}/genesys/api`,
          },
        },
      ],
    }
  })
  return {
    project: PROJECT,
    runtime: 'docker',
    network_pool: '10.223.0.0/24',
    container_settings: {
      images: { grafana: image },
      build: { base: BASE, name_prefix: NAME_PREFIX },
      port_ranges: Object.fromEntries(Object.entries(PORTS).map(([type, start]) => [type, { start }])),
    },
    customers,
  }
}

function credentialsOf(): Record<string, string> {
  const entries = Array.from({ length: CUSTOMERS }, (_, index) => {
    const system = systemOf(index)
    return [
      [`GRAFANA_TOKEN_CUSTOMER_${index}`, GRAFANA_TOKEN],
      [`GENESYS_CLIENT_ID_CUSTOMER_${index}`, `demo-${system}-client`],
      [`GENESYS_CLIENT_SECRET_CUSTOMER_${index}`, `demo-${system}-not-a-secret`],
    ]
  })
  const tokens = SERVERS.map(({ tokenName, token }) => [tokenName, token])
  return Object.fromEntries([...entries.flat(), ...tokens])
}

/** The demo's systems listen on 127.0.0.1, where no container reaches them. */
async function forwarded(address: string, port: number): Promise<Server> {
  const server = createServer(from => {
    const to = connect(port, '127.0.0.1')
    from.pipe(to).pipe(from)
    for (const socket of [from, to]) socket.on('error', () => [from, to].map(one => one.destroy()))
  })
  await new Promise<void>(resolve => server.listen(0, address, resolve))
  return server
}
