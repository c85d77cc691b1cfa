import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { isOnPath } from '../../base/machine.ts'
import { packageRoot } from '../../base/package-root.ts'
import { launch } from '../../config/launch.ts'
import { keyOf, type Server } from '../../config/project.ts'
import { fillReferences } from '../../config/references.ts'
import { makeHome } from '../programs/homes.ts'
import type { KeptProgram } from '../programs/keep.ts'
import type { Obstacle, Start, Variables } from '../runtime.ts'
import { commandObstacle } from './command.ts'
import { packageCommand } from './packages.ts'

/** Variables that a server inherits. Programs that are not ours get HOME too: uvx keeps its cache there. */
const ALLOWED = ['PATH', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR']

/** Why this server cannot run on this machine, or undefined. */
export function missingProgram(server: Server, env: Variables): Obstacle | undefined {
  if (!server.local || server.local.kind === 'held')
    return {
      reason: `${server.type === 'image' ? 'a container image' : server.type} cannot run without Docker`,
      hint: 'set "runtime": "docker"',
    }
  if (server.local.kind === 'own') {
    if (existsSync(bundle(server.local.program))) return undefined
    return { reason: `our server ${server.local.program} is not built`, hint: 'run `npm run build`' }
  }
  if (server.local.kind === 'package') return undefined
  if (server.local.kind === 'bridge') return commandObstacle(server.local, ownPath(server) ?? env.PATH)
  const [command = ''] = server.local.command
  if (isOnPath(command, env.PATH)) return undefined
  return { reason: `the program ${command} is not installed`, hint: server.local.install }
}

/** The PATH that the configuration gives to a command. */
function ownPath({ env }: Server): string | undefined {
  const entry = env.find(({ name }) => name === 'CHILD_PATH')
  return entry && 'value' in entry && typeof entry.value === 'string' ? entry.value : undefined
}

/** Command line and complete environment of one server, including the values of its credentials. */
export function programOf(start: Start, env: Variables, stateDir: string): KeptProgram {
  const { server, hostPort } = start
  const place = { address: '127.0.0.1', port: hostPort, hostPort, caFile: server.caFile }
  const { args, env: entries } = launch(server, place)
  const variables = {
    ...pick(env, server.local?.kind === 'command' ? [...ALLOWED, 'HOME'] : ALLOWED),
    ...(server.local?.kind === 'bridge' && ownHome(stateDir, server, server.local.cwd)),
    ...(server.local?.kind === 'package' && ownHome(stateDir, server, undefined)),
  }
  for (const entry of entries) {
    const value = 'credential' in entry ? start.secrets.get(entry.credential) : filled(entry.value, start)
    if (value !== undefined) variables[entry.name] = value
  }
  const words = args.map(arg => filled(arg, start))
  return {
    command: [...commandOf(server, stateDir), ...words],
    env: variables,
    secrets: [...start.secrets.values()],
  }
}

/**
 * A home for each server of each customer: programs that keep a login or a cache in HOME would otherwise share it between
 * customers.
 */
function ownHome(stateDir: string, server: Server, cwd: string | undefined): Record<string, string> {
  const home = makeHome(stateDir, keyOf(server))
  return {
    MCP_FOLDER: cwd ?? home,
    CHILD_HOME: home,
    CHILD_XDG_CONFIG_HOME: join(home, '.config'),
    CHILD_XDG_CACHE_HOME: join(home, '.cache'),
    CHILD_XDG_DATA_HOME: join(home, '.local', 'share'),
    CHILD_XDG_STATE_HOME: join(home, '.local', 'state'),
  }
}

function filled(text: string, { secrets }: Start): string {
  return fillReferences(text, name => secrets.get(name) ?? '')
}

function commandOf(server: Server, stateDir: string): string[] {
  if (server.local?.kind === 'command') return server.local.command
  if (server.local?.kind === 'package')
    return [...bridgeCommand(), ...packageCommand(server.local.package, stateDir)]
  if (server.local?.kind === 'bridge') return [...bridgeCommand(), server.local.command]
  const program = server.local?.kind === 'own' ? server.local.program : server.type
  return [process.execPath, ...heapLimit(server.limits.memory), bundle(program)]
}

export function bridgeCommand(): string[] {
  return [process.execPath, bundle('bridge')]
}

/** `256M` as Node's own option; other spellings set no limit. */
function heapLimit(memory: string): string[] {
  const [, amount, unit] = /^(\d+)([MG])i?B?$/i.exec(memory) ?? []
  if (!amount) return []
  return [`--max-old-space-size=${Number(amount) * (unit?.toUpperCase() === 'G' ? 1024 : 1)}`]
}

function bundle(program: string): string {
  return join(packageRoot(), 'dist', 'mcps', `${program}.mjs`)
}

export function pick(env: Variables, names: string[]): Record<string, string> {
  const picked: Record<string, string> = {}
  for (const name of names) {
    const value = env[name]
    if (value !== undefined) picked[name] = value
  }
  return picked
}
