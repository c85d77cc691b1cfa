// The first file of the documentation, as people write it, on a real engine: two customers, and a real Alertmanager
// for each, listening where containers reach it.
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startAlertmanager } from './alertmanager.ts'
import { type Place, placeIn, supportmax } from './cli.ts'
import { BASE, grafanaImage, NAME_PREFIX, networkPool, projectName, sweep } from './docker.ts'
import { newFolder } from './folder.ts'

/** No canary may be found anywhere but in mcp_credentials.env and in the one server that it is for. */
export const CANARIES = {
  GRAFANA_TOKEN_VATTENFALL: 'canary-3f1-grafana-vattenfall',
  GRAFANA_TOKEN_SEGURCAIXA: 'canary-7c2-grafana-segurcaixa',
  GENESYS_CLIENT_ID_VATTENFALL: 'canary-91d-genesys-id',
  GENESYS_CLIENT_SECRET_VATTENFALL: 'canary-b58-genesys-secret',
}

export interface FirstFile {
  place: Place
  project: string
  /** The Alertmanagers, by customer. */
  alertmanagers: Record<'vattenfall' | 'segurcaixa', Awaited<ReturnType<typeof startAlertmanager>>>
  /** Ends and removes everything, also after a failed test. */
  end(): Promise<void>
}

export async function firstFile(): Promise<FirstFile> {
  const folder = newFolder()
  const project = projectName()
  const address = bridgeAddress()
  const [vattenfall, segurcaixa] = await Promise.all([
    startAlertmanager({ address }),
    startAlertmanager({ address }),
  ])
  await vattenfall.post([
    { labels: { alertname: 'DiskFull', severity: 'critical', instance: 'vattenfall-db' } },
  ])
  await segurcaixa.post([
    { labels: { alertname: 'TrunkDown', severity: 'critical', instance: 'segurcaixa-edge' } },
  ])
  writeFileSync(join(folder, 'mcp_servers.json'), documentText(project, vattenfall.url, segurcaixa.url))
  const credentials = Object.entries(CANARIES).map(([name, value]) => `${name}=${value}\n`)
  writeFileSync(join(folder, 'mcp_credentials.env'), credentials.join(''), { mode: 0o600 })
  const place = placeIn(folder)
  // Its Grafana image has a name of the tests' own.
  await supportmax(place, 'trust', '--yes')
  return {
    place,
    project,
    alertmanagers: { vattenfall, segurcaixa },
    async end() {
      await Promise.all([vattenfall.stop(), segurcaixa.stop()])
      sweep(project)
    },
  }
}

/** The file as it stands in the documentation, but for names, ports and images of the tests' own. */
function documentText(project: string, vattenfall: string, segurcaixa: string): string {
  const start = 21_000 + ((process.pid * 30) % 9_000)
  const settings = {
    port_ranges: { grafana: { start }, alertmanager: { start: start + 10 }, genesys: { start: start + 20 } },
    images: { grafana: grafanaImage().ref },
    build: { base: BASE, name_prefix: NAME_PREFIX },
  }
  return `{"project":"${project}","network_pool":"${networkPool()}","platforms":{"demo":{"enabled":true}},
"container_settings":${JSON.stringify(settings)},
"customers":[{"name":"Vattenfall DE","description":"maas-1203.mon.sabio.cloud","host":"maas-1203.mon.sabio.cloud","mcp_servers":[{"type":"grafana","url":"http://mcp-grafana-vattenfall:8888/mcp","config":{"grafana_url":"https://maas-1203.mon.sabio.cloud","token_env":"GRAFANA_TOKEN_VATTENFALL"}},{"type":"alertmanager","url":"http://mcp-alertmanager-vattenfall:8888/sse","config":{"alertmanager_url":"${vattenfall}"}},{"type":"genesys","url":"http://mcp-genesys-vattenfall:8888/sse","config":{"region":"mypurecloud.de","oauth_client_id_env":"GENESYS_CLIENT_ID_VATTENFALL","oauth_client_secret_env":"GENESYS_CLIENT_SECRET_VATTENFALL"}}]},{"name":"Segurcaixa","description":"maas-1171.mon.sabio.cloud","host":"maas-1171.mon.sabio.cloud","mcp_servers":[{"type":"grafana","url":"http://mcp-grafana-segurcaixa:8888/mcp"},{"type":"alertmanager","url":"http://mcp-alertmanager-segurcaixa:8888/sse","config":{"alertmanager_url":"${segurcaixa}"}} /* no genesys */]}]}
`
}

/** The address under which containers reach this machine. */
export function bridgeAddress(): string {
  const format = '{{(index .IPAM.Config 0).Gateway}}'
  return execFileSync('docker', ['network', 'inspect', 'bridge', '-f', format], { encoding: 'utf8' }).trim()
}
