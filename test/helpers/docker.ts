// The ground of the scenarios on a real engine. Everything has names of the tests' own and is removed by label.
import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Customer, Project, Server } from '../../src/config/project.ts'
import { findEngine } from '../../src/runtimes/docker/open.ts'
import { ALERTMANAGER_PROGRAM } from './alertmanager.ts'
import { NO_LIMITS } from './customer-of.ts'
import { newFolder } from './folder.ts'
import { aRouting } from './platforms.ts'

/** Built by scripts/test-images.sh. */
export const BASE = 'supportmax-test/node:24'
export const NAME_PREFIX = 'supportmax-test'

/** Base images of the images that supportmax builds. */
export const BUILD = {
  base: BASE,
  npm: 'supportmax-test/npm:24',
  python: 'supportmax-test/python:3',
  uv: 'supportmax-test/uv:1',
  namePrefix: NAME_PREFIX,
}

/**
 * Why a scenario cannot run here, or undefined: without an engine, and without what else it `needs`. Where
 * SUPPORTMAX_TEST_ENGINE=required (CI), that is a failure and not a reason to skip. Makes the test images.
 */
export async function groundMissing(...needs: ('bridge' | 'alertmanager')[]): Promise<string | undefined> {
  const reason = await whatIsMissing(needs)
  if (reason === undefined) return undefined
  if (process.env.SUPPORTMAX_TEST_ENGINE === 'required') throw new Error(reason)
  console.warn(`skipped: ${reason}`)
  return reason
}

async function whatIsMissing(needs: string[]): Promise<string | undefined> {
  const { state } = await findEngine(process.env)
  if (state !== 'answers')
    return `no Docker engine answers here (${state}): scripts/docker-engine.sh brings one up`
  if (needs.includes('bridge') && process.platform !== 'linux')
    return 'the bridge, over which containers reach the test, is inside a virtual machine here'
  if (needs.includes('alertmanager') && !ALERTMANAGER_PROGRAM)
    return 'prometheus-alertmanager is not installed'
  testImages()
  return undefined
}

/** `grafana` is false where the real Grafana MCP server cannot be had (the script's exit 4). */
export function testImages(...only: 'node'[]): { grafana: boolean } {
  const script = fileURLToPath(new URL('../../scripts/test-images.sh', import.meta.url))
  const { status } = spawnSync(script, only, { stdio: ['ignore', 'ignore', 'inherit'] })
  if (status !== 0 && status !== 4) throw new Error(`scripts/test-images.sh ended with ${status}`)
  return { grafana: status === 0 }
}

/** The real Grafana MCP server, or (said aloud, or wanted by SUPPORTMAX_TEST_GRAFANA=stand-in) its stand-in. */
export function grafanaImage(): { ref: string; real: boolean } {
  if (process.env.SUPPORTMAX_TEST_GRAFANA !== 'stand-in' && testImages().grafana)
    return { ref: 'supportmax-test/mcp-grafana:2.1.1', real: true }
  console.warn('the real Grafana MCP server is not used: a stand-in takes its place')
  const ref = 'supportmax-test/grafana-stand-in:1'
  const program = readFileSync(new URL('../fixtures/grafana-stand-in.ts', import.meta.url))
  const folder = newFolder()
  writeFileSync(join(folder, 'server.ts'), program)
  const recipe = `FROM ${BASE}\nCOPY server.ts /app/server.ts\nENTRYPOINT ["node","/app/server.ts"]\n`
  writeFileSync(join(folder, 'Dockerfile'), recipe)
  execFileSync('docker', ['build', '-q', '-t', ref, folder], { stdio: ['ignore', 'ignore', 'inherit'] })
  return { ref, real: false }
}

/** Ids of all containers of a customer. */
export function containersOf(project: string, customer: string): string[] {
  const labels = [`supportmax.project=${project}`, `supportmax.customer=${customer}`]
  const filters = labels.flatMap(label => ['--filter', `label=${label}`])
  return execFileSync('docker', ['ps', '-aq', ...filters], { encoding: 'utf8' })
    .split('\n')
    .filter(Boolean)
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

/** A project out of servers; one customer for each customer id that they name. */
export function aProject(servers: Server[], over: Partial<Project> = {}): Project {
  const ids = [...new Set(servers.map(server => server.customer))]
  return {
    name: projectName(),
    file: '/nowhere/mcp_servers.json',
    runtime: 'docker',
    networkPool: networkPool(),
    encryptionKeyName: undefined,
    defaultCustomer: undefined,
    customers: ids.map(id => aCustomer(id, servers)),
    start: { probeMs: 10_000, intervalMs: 200, upMs: 60_000 },
    secrets: { from: {}, keyring: undefined, cacheMs: 300_000, timeoutMs: 20_000 },
    build: BUILD,
    platforms: [],
    routing: aRouting(),
    spending: NO_LIMITS,
    policy: undefined,
    identity: undefined,
    audit: { arguments: false },
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
    routing: {},
    keepDays: 30,
    spending: NO_LIMITS,
    inheritedSpending: [],
    plainNames: false,
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
