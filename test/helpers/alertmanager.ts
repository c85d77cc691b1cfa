// The real Alertmanager (Debian: prometheus-alertmanager), started for one test. scripts/new-alertmanager.sh fetches a newer
// one than the system's.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { newFolder } from './folder.ts'
import { freePort } from './ports.ts'

const FETCHED = join(
  process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'),
  'supportmax-test/alertmanager/usr/bin/prometheus-alertmanager',
)

export interface InstalledAlertmanager {
  program: string
  /** For example 0.28.1. */
  version: string
  /** 0.27 and newer know UTF-8 label names; 0.28 and newer tell which alerts a time interval mutes. */
  minor: number
}

/** Every Alertmanager of this machine; the system's own comes first. */
export const ALERTMANAGERS: readonly InstalledAlertmanager[] = [
  '/usr/bin/prometheus-alertmanager',
  '/usr/local/bin/alertmanager',
  FETCHED,
]
  .filter(program => existsSync(program))
  .map(program => {
    const { stdout, stderr } = spawnSync(program, ['--version'], { encoding: 'utf8' })
    const [, version = '0.0.0', minor] = /version (\d+\.(\d+)\.\d+)/.exec(stdout + stderr) ?? []
    return { program, version, minor: Number(minor ?? 0) }
  })

export const ALERTMANAGER_PROGRAM = ALERTMANAGERS[0]?.program

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
  options: { program?: string | undefined; address?: string; routePrefix?: string; config?: string } = {},
): Promise<RunningAlertmanager> {
  const { program = ALERTMANAGER_PROGRAM, address = '127.0.0.1', routePrefix = '', config = CONFIG } = options
  if (!program) throw new Error('prometheus-alertmanager is not installed')
  const data = newFolder()
  writeFileSync(join(data, 'config.yml'), config)
  const port = await freePort(address)
  const url = `http://${address}:${port}${routePrefix}`
  const child = spawn(
    program,
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
