// A Podman of the test's own: its service on a socket in the test's folder, with storage and networks of its own.
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { isOnPath } from '../../src/base/machine.ts'
import { BASE, testImages } from './docker.ts'
import { newFolder } from './folder.ts'
import { freePort } from './ports.ts'
import { until } from './until.ts'

export interface TestPodman {
  /** For DOCKER_HOST. */
  host: string
  /** An address of this machine that its containers reach. */
  address: string
  end(): Promise<void>
}

/** Where CNI, the networks of Podman 4, keeps its leases by the network's name. */
const LEASES = '/var/lib/cni/networks'

/** Starts `podman system service` and builds the base image in it; a text is the reason why it cannot run here. */
export async function startPodman(): Promise<TestPodman | string> {
  const lacking = whatIsLacking()
  if (lacking !== undefined) return lacking
  const folder = newFolder()
  const settings = settingsIn(folder)
  const [root, socket] = [join(folder, 'root'), join(folder, 'podman.sock')]
  const leasesBefore = leases()
  const env = { ...process.env, CONTAINERS_CONF: settings }
  const place = ['--root', root, '--runroot', join(folder, 'run')]
  const host = `unix://${socket}`
  const args = [...place, 'system', 'service', '--time', '0', host]
  const service = spawn('podman', args, { env, stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  service.stderr.on('data', chunk => {
    said = `${said}${chunk}`.slice(-2_000)
  })
  const end = async () => {
    spawnSync('podman', [...place, 'rm', '--all', '--force', '--time', '0'], { env, stdio: 'ignore' })
    await stopped(service)
    for (const name of leases())
      if (!leasesBefore.has(name) && /^(smt-|podman$)/.test(name))
        rmSync(join(LEASES, name), { recursive: true, force: true })
    // Podman mounts it on itself, which would keep the folder from being removed.
    spawnSync('umount', ['--lazy', join(root, 'overlay')], { stdio: 'ignore' })
  }
  await until('the socket is there', () => existsSync(socket) || service.exitCode !== null)
  const before = process.env.DOCKER_HOST
  try {
    process.env.DOCKER_HOST = host
    testImages('node')
    const published = `127.0.0.1:${await freePort()}:8888`
    const trial = ['run', '--rm', '--init', '-p', published, BASE, 'node', '-e', '0']
    execFileSync('docker', trial, { stdio: 'pipe' })
  } catch (error) {
    await end()
    const { stderr = '' } = error as { stderr?: Buffer | string }
    return `Podman starts no container here: ${lastLine(`${stderr}`) || lastLine(said) || error}`
  } finally {
    process.env.DOCKER_HOST = before ?? ''
  }
  return { host, address: outerAddress() ?? '', end }
}

function whatIsLacking(): string | undefined {
  if (process.platform !== 'linux') return 'Podman runs in a virtual machine here'
  if (!isOnPath('podman', process.env.PATH)) return 'podman is not installed (Debian: podman and catatonit)'
  if (spawnSync('docker', ['compose', 'version'], { stdio: 'ignore' }).status !== 0)
    return 'the docker command or its compose plug-in is not installed'
  if (process.getuid?.() !== 0) return "the test's own Podman needs root"
  return outerAddress() === undefined ? 'this machine has no address that containers reach' : undefined
}

/** Without systemd: cgroups by files, runc (crun refuses hybrid cgroups), and no higher limits than our own. */
function settingsIn(folder: string): string {
  const [, limit = '1024'] =
    /^Max open files\s+\S+\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? []
  const networks = join(folder, 'networks')
  mkdirSync(networks)
  const lines = [
    '[engine]',
    ...(isOnPath('runc', process.env.PATH) ? [`runtime = "${cappedRuntime(folder, limit)}"`] : []),
    'cgroup_manager = "cgroupfs"',
    'events_logger = "file"',
    `tmp_dir = "${join(folder, 'tmp')}"`,
    `static_dir = "${join(folder, 'static')}"`,
    `volume_path = "${join(folder, 'volumes')}"`,
    '[network]',
    `network_config_dir = "${networks}"`,
    '[containers]',
    'log_driver = "k8s-file"',
    `default_ulimits = ["nofile=${limit}:${limit}", "nproc=1024:1024"]`,
  ]
  const file = join(folder, 'containers.conf')
  writeFileSync(file, `${lines.join('\n')}\n`)
  return file
}

/**
 * runc with limits that this machine allows: for a container that sets one, Podman raises those of files and processes to a
 * million, which needs a capability that root of a container or a virtual machine may lack.
 */
function cappedRuntime(folder: string, limit: string): string {
  const file = join(folder, 'runc')
  const cap = (name: string, most: string) =>
    `s/("type":"RLIMIT_${name}","hard":)[0-9]+(,"soft":)[0-9]+/\\1${most}\\2${most}/`
  const lines = [
    '#!/bin/sh',
    'for word; do',
    '  case $before in --bundle) spec=$word/config.json ;; --process) spec=$word ;; esac',
    '  before=$word',
    'done',
    `[ -z "$spec" ] || sed -i -E '${cap('NOFILE', limit)}; ${cap('NPROC', '1024')}' "$spec"`,
    'exec runc "$@"',
  ]
  writeFileSync(file, `${lines.join('\n')}\n`, { mode: 0o755 })
  return file
}

function outerAddress(): string | undefined {
  const all = Object.values(networkInterfaces()).flatMap(one => one ?? [])
  return all.find(one => one.family === 'IPv4' && !one.internal)?.address
}

async function stopped(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  const ended = new Promise(resolve => child.once('exit', resolve))
  child.kill('SIGTERM')
  await ended
}

function leases(): Set<string> {
  return new Set(existsSync(LEASES) ? readdirSync(LEASES) : [])
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? ''
}
