// The real Alertmanager (Debian: prometheus-alertmanager), started for one test.
import { spawn } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { newFolder } from './folder.ts'
import { freePort } from './ports.ts'

export const ALERTMANAGER_PROGRAM = ['/usr/bin/prometheus-alertmanager', '/usr/local/bin/alertmanager'].find(
  path => existsSync(path),
)

export interface PostedAlert {
  labels: Record<string, string>
  annotations?: Record<string, string>
  startsAt?: string
  endsAt?: string
}

export interface RunningAlertmanager {
  /** With the route prefix, without a slash at the end. */
  url: string
  pid: number
  post(alerts: readonly PostedAlert[]): Promise<void>
  stop(): Promise<void>
}

const CONFIG = `
route:
  receiver: on-call
  group_by: [alertname]
  group_wait: 1s
  routes:
    - receiver: telephony
      matchers: [team="telephony"]
receivers:
  - name: on-call
  - name: telephony
inhibit_rules:
  - source_matchers: [alertname="SiteDown"]
    target_matchers: [severity="warning"]
    equal: [site]
`

/** Starts one on a free port below 32768 and waits until it is ready. */
export async function startAlertmanager(
  options: { address?: string; routePrefix?: string } = {},
): Promise<RunningAlertmanager> {
  if (!ALERTMANAGER_PROGRAM) throw new Error('prometheus-alertmanager is not installed')
  const { address = '127.0.0.1', routePrefix = '' } = options
  const data = newFolder()
  writeFileSync(join(data, 'config.yml'), CONFIG)
  const port = await freePort(address)
  const url = `http://${address}:${port}${routePrefix}`
  const child = spawn(
    ALERTMANAGER_PROGRAM,
    [
      `--config.file=${join(data, 'config.yml')}`,
      `--storage.path=${data}`,
      `--web.listen-address=${address}:${port}`,
      '--cluster.listen-address=',
      ...(routePrefix ? [`--web.route-prefix=${routePrefix}`] : []),
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  )
  // A test that fails before its stop() must leave no process behind.
  const kill = () => child.kill('SIGKILL')
  process.once('exit', kill)
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => {
    said = `${said}${chunk.toString()}`.slice(-4_000)
  })
  const ended = new Promise<void>(resolve => child.once('exit', () => resolve()))
  const stop = async () => {
    process.off('exit', kill)
    kill()
    await ended
  }
  for (const deadline = Date.now() + 15_000; !(await ready(url)); ) {
    if (child.exitCode === null && Date.now() < deadline) continue
    await stop()
    throw new Error(`prometheus-alertmanager did not start: ${said}`)
  }
  return { url, pid: child.pid ?? 0, post: alerts => post(url, alerts), stop }
}

async function ready(url: string): Promise<boolean> {
  const answer = await fetch(`${url}/-/ready`).catch(() => undefined)
  if (answer?.ok) return true
  await new Promise(resolve => setTimeout(resolve, 20))
  return false
}

async function post(url: string, alerts: readonly PostedAlert[]): Promise<void> {
  const answer = await fetch(`${url}/api/v2/alerts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(alerts),
  })
  if (!answer.ok) throw new Error(`posting alerts: ${answer.status} ${await answer.text()}`)
}
