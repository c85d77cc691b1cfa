import { existsSync } from 'node:fs'
import { SupportError } from '../base/errors.ts'
import type { Environment } from '../config/env.ts'
import type { Project } from '../config/project.ts'
import { openLocal } from '../runtimes/local/open.ts'
import type { Runtime } from '../runtimes/runtime.ts'
import { composePath, type Runtimes } from './stack.ts'
import type { State } from './state/folder.ts'

export interface RuntimesOptions {
  project: Project
  state: State
  environment: Environment
  onCompose(pid: number | undefined): void
}

/**
 * Which runtime: the one that was asked for, else the one that already holds servers of this project, else
 * Docker; local processes only where no Docker is installed.
 */
export function openRuntimes(options: RuntimesOptions): Runtimes {
  const { project, environment, state } = options
  const local = openLocal({ stateDir: state.folder, configFile: project.file, env: environment.variables })
  let docker: Promise<Runtime | undefined> | undefined
  const dockerOnce = (signal?: AbortSignal) => {
    const opening = docker ?? openDockerWhereInstalled(options, signal)
    docker = opening
    // A look that was called off says nothing about the engine.
    opening.catch(() => {
      if (signal?.aborted && docker === opening) docker = undefined
    })
    return opening
  }
  const choose: Runtimes['choose'] = async (wanted = project.runtime, signal) => {
    if (wanted === 'local') return local
    if (wanted === 'auto' && (await holds(local))) return local
    const engine = await dockerOnce(signal)
    if (engine) return engine
    if (wanted === 'auto') return local
    throw new SupportError('missing', 'Docker is not installed', {
      hint: 'install Docker Engine 25 or newer, or say  --runtime local',
    })
  }
  const reachable: Runtimes['reachable'] = async signal => {
    try {
      const engine = await dockerOnce(signal)
      return { runtimes: engine ? [local, engine] : [local], unseen: undefined }
    } catch (error) {
      if (!(error instanceof SupportError) || signal?.aborted) throw error
      return { runtimes: [local], unseen: (await mayHoldContainers()) ? error : undefined }
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

  /** A project that never left local processes must not fail for an engine that it never used. */
  async function mayHoldContainers(): Promise<boolean> {
    if (existsSync(composePath(project)) || project.runtime === 'docker') return true
    return project.runtime === 'auto' && !(await holds(local))
  }
}

async function holds(runtime: Runtime): Promise<boolean> {
  return (await runtime.observe()).servers.length > 0
}

/** undefined where no Docker is installed; an engine that is silent or too old throws. */
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
