// The one file that opens runtimes.

import { existsSync } from 'node:fs'
import { SupportError } from '../base/errors.ts'
import type { Environment } from '../config/env.ts'
import type { Project } from '../config/project.ts'
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
  const local = openLocal({ stateDir: state.folder, configFile: project.file, env: environment.variables })
  const docker = openedOnce(signal => openDockerWhereInstalled(options, signal))
  const choose: Runtimes['choose'] = async (wanted = project.runtime, signal) => {
    if (wanted === 'local') return local
    if (wanted === 'auto' && (await hasServers(local))) return local
    const engine = await docker(signal)
    if (engine) return engine
    if (wanted === 'auto') return local
    throw new SupportError('missing', 'Docker is not installed', {
      hint: 'install Docker Engine 25 or newer, or Podman 4.3 or newer, or set "runtime": "local"',
    })
  }
  const reachable: Runtimes['reachable'] = async signal => {
    try {
      const engine = await docker(signal)
      return { runtimes: engine ? [local, engine] : [local], unseen: undefined }
    } catch (error) {
      if (!(error instanceof SupportError) || signal?.aborted) throw error
      return { runtimes: [local], unseen: (await canHaveContainers(project, local)) ? error : undefined }
    }
  }
  return {
    choose,
    reachable,
    async all(signal) {
      const { runtimes, unseen } = await reachable(signal)
      if (unseen) throw unseen
      return runtimes
    },
  }
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

/** False for a project that only ever used local processes: it must not fail because of an engine. */
async function canHaveContainers(project: Project, local: Runtime): Promise<boolean> {
  if (existsSync(composePath(project)) || project.runtime === 'docker') return true
  return project.runtime === 'auto' && !(await hasServers(local))
}

async function hasServers(runtime: Runtime): Promise<boolean> {
  return (await runtime.observe()).servers.length > 0
}

/** undefined where no Docker is installed; throws for an engine that does not answer or is too old. */
async function openDockerWhereInstalled(
  { project, environment, onCompose }: RuntimesOptions,
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
    env,
    found,
    onCompose,
  })
}
