import { accessSync, constants, existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { packageRoot } from '../../base/package-root.ts'
import { launch } from '../../config/launch.ts'
import type { Server } from '../../config/project.ts'
import type { Obstacle, Start } from '../runtime.ts'
import type { Program } from './keep.ts'

/** What a child may know of the caller's environment. HOME only for programs that keep a cache there (uvx). */
const ALLOWED = ['PATH', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR']

export type Environment = Record<string, string | undefined>

/** What of the server cannot run on this machine, or undefined. */
export function missingProgram(server: Server, env: Environment): Obstacle | undefined {
  if (!server.local)
    return { reason: `${server.type} has no way to run without Docker`, hint: 'use --runtime docker' }
  if (server.local.kind === 'own') {
    if (existsSync(bundle(server.local.program))) return undefined
    return { reason: `our own server ${server.local.program} is not built`, hint: 'run "npm run build"' }
  }
  const [command = ''] = server.local.command
  if (isOnPath(command, env.PATH)) return undefined
  return { reason: `the program ${command} is not installed`, hint: server.local.install }
}

/** Command line and whole environment of one server, credentials resolved. */
export function programOf(start: Start, env: Environment): Program {
  const { server, hostPort } = start
  const place = { address: '127.0.0.1', port: hostPort, hostPort, caFile: server.caFile }
  const { args, env: entries } = launch(server, place)
  const own = server.local?.kind === 'own'
  const variables = pick(env, own ? ALLOWED : [...ALLOWED, 'HOME'])
  for (const entry of entries) {
    const value = 'credential' in entry ? start.secrets.get(entry.credential) : entry.value
    if (value !== undefined) variables[entry.name] = value
  }
  return { command: [...commandOf(server), ...args], env: variables, secrets: [...start.secrets.values()] }
}

function commandOf(server: Server): string[] {
  if (server.local?.kind === 'command') return server.local.command
  return [process.execPath, ...heapLimit(server.limits.memory), bundle(server.local?.program ?? server.type)]
}

/** `256M` -> Node's own limit; other spellings leave it unlimited. */
function heapLimit(memory: string): string[] {
  const [, amount, unit] = /^(\d+)([MG])i?B?$/i.exec(memory) ?? []
  if (!amount) return []
  return [`--max-old-space-size=${Number(amount) * (unit?.toUpperCase() === 'G' ? 1024 : 1)}`]
}

function bundle(program: string): string {
  return join(packageRoot(), 'dist', 'mcps', `${program}.mjs`)
}

function pick(env: Environment, names: string[]): Record<string, string> {
  const picked: Record<string, string> = {}
  for (const name of names) {
    const value = env[name]
    if (value !== undefined) picked[name] = value
  }
  return picked
}

function isOnPath(command: string, path: string | undefined): boolean {
  const places = command.includes('/')
    ? [command]
    : (path ?? '').split(delimiter).map(folder => join(folder, command))
  return places.some(isExecutable)
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
