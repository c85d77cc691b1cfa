// The ground of the scenarios on a real engine. Everything has names of the tests' own and is removed by label.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Customer, Project, Server } from '../../src/config/project.ts'
import { dockerPresence } from '../../src/runtimes/docker/open.ts'

/** Built by scripts/test-images.sh. */
export const BASE = 'supportmax-test/node:24'
export const NAME_PREFIX = 'supportmax-test'

/**
 * Why there is no engine to test on, or undefined. Where SUPPORTMAX_TEST_ENGINE=required (CI), a missing engine is
 * a failure and not a reason to skip. Makes the images that the scenarios stand on.
 */
export async function engineMissing(): Promise<string | undefined> {
  const presence = await dockerPresence(process.env)
  if (presence === 'answers') {
    testImages()
    return undefined
  }
  const reason = `no Docker engine answers here (${presence}): scripts/docker-engine.sh brings one up`
  if (process.env.SUPPORTMAX_TEST_ENGINE === 'required') throw new Error(reason)
  console.warn(`skipped: ${reason}`)
  return reason
}

/** false where the real Grafana MCP server cannot be had (exit 4): scenarios use a stand-in then. */
export function testImages(): { grafana: boolean } {
  const script = fileURLToPath(new URL('../../scripts/test-images.sh', import.meta.url))
  try {
    execFileSync(script, { stdio: ['ignore', 'ignore', 'inherit'] })
    return { grafana: true }
  } catch (error) {
    if ((error as { status?: number }).status === 4) return { grafana: false }
    throw error
  }
}

let made = 0

/** A name that no other run on this machine has. */
export function projectName(): string {
  return `smt-${process.pid}-${Date.now().toString(36)}-${made++}`
}

/** A /24 of its own for each project of each run, outside Docker's own pools: room for 16 customers. */
export function networkPool(): string {
  const index = (process.pid * 8 + made++) % 4_096
  return `10.${224 + Math.floor(index / 256)}.${index % 256}.0/24`
}

/** A folder for configuration and state, and how to remove it. */
export function workFolder(): { folder: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'supportmax-docker-'))
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

/** A project out of servers; one customer for each customer id that they name. */
export function aProject(servers: Server[], over: Partial<Project> = {}): Project {
  const ids = [...new Set(servers.map(server => server.customer))]
  return {
    name: projectName(),
    file: '/nowhere/mcp_servers.json',
    runtime: 'docker',
    networkPool: networkPool(),
    defaultCustomer: undefined,
    customers: ids.map(id => aCustomer(id, servers)),
    start: { probeMs: 10_000, intervalMs: 200, upMs: 60_000 },
    build: { base: BASE, namePrefix: NAME_PREFIX },
    platforms: [],
    kept: { maxWarmContainers: undefined, idleTimeoutSeconds: undefined },
    ...over,
  }
}

function aCustomer(id: string, servers: Server[]): Customer {
  return {
    id,
    name: id,
    description: undefined,
    host: undefined,
    environment: undefined,
    access: 'read-only',
    platformsAllowed: undefined,
    servers: servers.filter(server => server.customer === id),
  }
}

/** Everything on the engine that carries the project's label, as text; empty when nothing is left. */
export function leftOf(project: string): string {
  const filter = `label=supportmax.project=${project}`
  const docker = (...args: string[]) => execFileSync('docker', args, { encoding: 'utf8' }).trim()
  const containers = docker('ps', '-a', '--filter', filter, '--format', 'container {{.Names}} {{.State}}')
  const networks = docker('network', 'ls', '--filter', filter, '--format', 'network {{.Name}}')
  return [containers, networks].filter(text => text !== '').join('\n')
}

/** For the end of a test, also of one that failed: removes what carries the project's label, and only that. */
export function sweep(project: string): void {
  const filter = `label=supportmax.project=${project}`
  const lines = (...args: string[]) =>
    execFileSync('docker', args, { encoding: 'utf8' })
      .split('\n')
      .filter(line => line !== '')
  const containers = lines('ps', '-aq', '--filter', filter)
  if (containers.length > 0) lines('rm', '-f', '-v', ...containers)
  const networks = lines('network', 'ls', '-q', '--filter', filter)
  if (networks.length > 0) lines('network', 'rm', ...networks)
}
