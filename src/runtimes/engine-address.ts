// The address of the engine, looked up in the same order as Docker's own client: DOCKER_HOST, the context, the default sockets.
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { SupportError } from '../base/errors.ts'
import type { Variables } from './runtime.ts'

export interface EngineAddress {
  /** `unix:///var/run/docker.sock` or `tcp://127.0.0.1:2375`. */
  host: string
  /** Folder with ca.pem, cert.pem, key.pem. */
  certificates: string | undefined
  /** Where the address comes from, for messages. */
  from: string
}

/** Throws `missing` for an address that cannot be used. Does not check whether an engine answers there. */
export function engineAddress(env: Variables): EngineAddress {
  const found = fromVariable(env) ?? fromContext(env) ?? usualSocket(env)
  if (/^unix:\/\/./.test(found.host) || (/^(tcp|https?):/.test(found.host) && URL.canParse(found.host)))
    return found
  throw new SupportError('missing', `Docker: cannot use the address ${found.host} (${found.from})`, {
    hint: 'use an engine on this machine, unix://… or tcp://… (a remote one would open the ports there)',
  })
}

function fromVariable(env: Variables): EngineAddress | undefined {
  if (!env.DOCKER_HOST) return undefined
  const certificates = env.DOCKER_TLS_VERIFY ? (env.DOCKER_CERT_PATH ?? dockerFolder(env)) : undefined
  return { host: env.DOCKER_HOST, certificates, from: 'DOCKER_HOST' }
}

function fromContext(env: Variables): EngineAddress | undefined {
  const folder = dockerFolder(env)
  const name = env.DOCKER_CONTEXT || parse(join(folder, 'config.json'))?.currentContext
  if (typeof name !== 'string' || name === 'default') return undefined
  const id = createHash('sha256').update(name).digest('hex')
  const meta = parse(join(folder, 'contexts', 'meta', id, 'meta.json'))
  const host = (meta as { Endpoints?: { docker?: { Host?: unknown } } } | undefined)?.Endpoints?.docker?.Host
  if (typeof host !== 'string')
    throw new SupportError('missing', `Docker: the context "${name}" is unknown or cannot be read`, {
      hint: 'run `docker context ls`',
    })
  const tls = join(folder, 'contexts', 'tls', id, 'docker')
  return { host, certificates: existsSync(tls) ? tls : undefined, from: `the context "${name}"` }
}

/** Falls back to the first candidate, so that an error names the socket that people expect. */
function usualSocket(env: Variables): EngineAddress {
  const candidates = ['/var/run/docker.sock']
  if (env.XDG_RUNTIME_DIR) candidates.push(join(env.XDG_RUNTIME_DIR, 'docker.sock'))
  if (env.HOME) candidates.push(join(env.HOME, '.docker', 'run', 'docker.sock'))
  const path = candidates.find(candidate => existsSync(candidate)) ?? candidates[0]
  return { host: `unix://${path}`, certificates: undefined, from: 'the default socket' }
}

/** Path of the engine's socket; undefined for an address without one, or that cannot be used. */
export function engineSocket(env: Variables): string | undefined {
  try {
    return engineOptions(engineAddress(env)).socketPath
  } catch (error) {
    if (error instanceof SupportError) return undefined
    throw error
  }
}

/** Options for dockerode. `host` is always set: without it, dockerode reads DOCKER_HOST itself. */
export function engineOptions({ host, certificates }: EngineAddress) {
  if (host.startsWith('unix://')) return { host: undefined, socketPath: host.slice('unix://'.length) }
  const url = new URL(host)
  const secure = certificates !== undefined || url.protocol === 'https:'
  const protocol: 'http' | 'https' = secure ? 'https' : 'http'
  const pem = (name: string) => readFileSync(join(certificates ?? '', `${name}.pem`))
  const keys = certificates ? { ca: pem('ca'), cert: pem('cert'), key: pem('key') } : {}
  return { host: url.hostname, port: url.port || (secure ? '2376' : '2375'), protocol, ...keys }
}

/** The environment of the docker client: enough to reach the same engine, and nothing else. */
export function clientVariables(address: EngineAddress, env: Variables): Record<string, string> {
  const tls = address.certificates
    ? { DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: address.certificates }
    : undefined
  const kept = ['PATH', 'HOME', 'DOCKER_CONFIG', 'XDG_RUNTIME_DIR', 'TMPDIR', 'LANG'].flatMap(name => {
    const value = env[name]
    return value === undefined ? [] : [[name, value]]
  })
  return { ...Object.fromEntries(kept), DOCKER_HOST: address.host, ...tls }
}

function dockerFolder(env: Variables): string {
  return env.DOCKER_CONFIG || join(env.HOME ?? '/', '.docker')
}

/** A file of Docker's. Undefined if it is missing, unreadable or not JSON: such a file is ignored. */
function parse(path: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>
  } catch {
    return undefined
  }
}
