// The one file that opens runtimes.

import { existsSync } from 'node:fs'
import { SupportError } from '../base/errors.ts'
import type { Environment } from '../config/env.ts'
import { isContained, type Project } from '../config/project.ts'
import { openLocal } from '../runtimes/local/open.ts'
import type { Runtime } from '../runtimes/runtime.ts'
import { composePath } from './compose-file.ts'
import type { Runtimes } from './stack.ts'
import type { StateFolder } from './state/folder.ts'

export interface RuntimesOptions {
  project: Project
  state: StateFolder
  environment: Environment
  onCompose(pid: number | undefined): void
}

/**
 * The runtimes of this machine. A start uses the one that was asked for, else the one that already has servers of this
 * project, else Docker, else (only where no Docker is installed) local processes.
 */
export function openRuntimes(options: RuntimesOptions): Runtimes {
  const { project, environment, state } = options
  const local = openLocal({
    stateDir: state.folder,
    stateHome: environment.stateHome,
    configFile: project.file,
    composeFile: composePath(project),
    project: project.name,
    env: environment.variables,
  })
  const docker = openedOnce(signal => openDockerWhereInstalled(options, signal))
  const wasUsed = () => existsSync(composePath(project))
  const usesLocal = async (wanted: Project['runtime']) =>
    wanted === 'local' || (wanted === 'auto' && (await hasServers(local)))
  const choose: Runtimes['choose'] = async ({ wanted = project.runtime, servers, signal }) => {
    const needed = servers?.some(isContained) ?? true
    if ((await usesLocal(wanted)) || !(needed || wasUsed())) return local
    const engine = await docker(signal).catch(error => {
      if (!isEngineError(error, signal)) throw error
      // Other work than a start, such as building images, needs Docker.
      if (needed) throw servers ? orLocal(error) : error
    })
    if (engine) return engine
    if (wanted === 'auto' || !needed) return local
    const missing = new SupportError('missing', 'Docker is not installed', {
      hint: 'install Docker Engine 25 or newer, or Podman 4.3 or newer',
    })
    throw servers ? orLocal(missing) : missing
  }
  const reachable: Runtimes['reachable'] = async (servers, signal) => {
    if (servers && !servers.some(isContained) && !wasUsed()) return { runtimes: [local], ...NOTHING_UNSEEN }
    try {
      const engine = await docker(signal)
      return { runtimes: engine ? [local, engine] : [local], ...NOTHING_UNSEEN }
    } catch (error) {
      if (!isEngineError(error, signal)) throw error
      const concerned = servers?.some(isContained) ?? (mayHaveStarted(project) || wasUsed())
      const needed = concerned && !(await usesLocal(project.runtime))
      const leftovers = !needed && wasUsed()
      return {
        runtimes: [local],
        unseen: needed ? orLocal(error) : undefined,
        unchecked: leftovers ? uncheckedText(error) : undefined,
      }
    }
  }
  return {
    choose,
    reachable,
    async all(servers, signal) {
      const { unseen, ...reached } = await reachable(servers, signal)
      if (unseen) throw unseen
      return reached
    },
  }
}

const NOTHING_UNSEEN = { unseen: undefined, unchecked: undefined }

function isEngineError(error: unknown, signal: AbortSignal | undefined): error is SupportError {
  return error instanceof SupportError && !signal?.aborted
}

/** Of a file without servers, as of one that is missing, nobody knows what it had. */
function mayHaveStarted({ customers }: Project): boolean {
  const servers = customers.flatMap(one => one.servers)
  return servers.length === 0 || servers.some(isContained)
}

/** Servers can also run without an engine. */
function orLocal({ message, hint, cause }: SupportError): SupportError {
  const alternative = 'set "runtime": "local"'
  return new SupportError('missing', message, {
    hint: hint === undefined ? alternative : `${hint}, or ${alternative}`,
    cause,
  })
}

/** The compose file may be there only because it is committed, so this is no error. */
function uncheckedText({ message }: SupportError): string {
  return `leftover containers were not checked: ${message}; when that is fixed, run \`supportmax status\``
}

/** Opens once; again only after an aborted attempt, which says nothing about the engine. */
function openedOnce<T>(open: (signal?: AbortSignal) => Promise<T>): (signal?: AbortSignal) => Promise<T> {
  let once: Promise<T> | undefined
  return signal => {
    const opening = once ?? open(signal)
    once = opening
    opening.catch(() => {
      if (signal?.aborted && once === opening) once = undefined
    })
    return opening
  }
}

/** Commands run here beside containers, too, and decide nothing. */
async function hasServers(local: Runtime): Promise<boolean> {
  return (await local.observe()).servers.some(one => one.alwaysLocal !== true)
}

/** undefined where no Docker is installed; throws for an engine that does not answer or is too old. */
async function openDockerWhereInstalled(
  { project, environment, state, onCompose }: RuntimesOptions,
  signal: AbortSignal | undefined,
): Promise<Runtime | undefined> {
  const { findEngine, openDocker } = await import('../runtimes/docker/open.ts')
  const env = environment.variables
  const found = await findEngine(env, signal)
  if (found.state === 'not-installed') return undefined
  return openDocker({
    project: project.name,
    configFile: project.file,
    composeFile: composePath(project),
    build: project.build,
    stateDir: state.folder,
    env,
    found,
    onCompose,
  })
}
