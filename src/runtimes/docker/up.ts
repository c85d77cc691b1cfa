import type Dockerode from 'dockerode'
import { keyOf, keyText } from '../../config/project.ts'
import { variableName } from '../../config/resolve/identity.ts'
import { runClient } from '../client.ts'
import type { ObservedServer, Outcome, Start } from '../runtime.ts'
import { observeDocker } from './look/observe.ts'
import { refusal } from './refusal.ts'

export interface ComposeContext {
  engine: Dockerode
  project: string
  composeFile: string
  configFile: string
  /** Environment of the docker client, with our mark on the process. */
  composeEnv: Record<string, string>
  onCompose(pid: number | undefined): void
}

/**
 * One `docker compose up` for all servers. If that fails, one for each server that is not running, so that a bad server
 * never keeps the others down.
 */
export async function upDocker(
  context: ComposeContext,
  starts: Start[],
  signal?: AbortSignal,
): Promise<Outcome[]> {
  if (starts.length === 0) return []
  const reason = await compose(context, starts, signal)
  if (reason === undefined) return starts.map(start => ({ key: keyOf(start.server), ok: true }))
  if (starts.length === 1) return Promise.all(starts.map(start => refusal(context, start, reason, signal)))
  return oneByOne(context, starts, signal)
}

async function oneByOne(context: ComposeContext, starts: Start[], signal?: AbortSignal): Promise<Outcome[]> {
  const { servers } = await observeDocker(context.engine, context.project, { signal })
  const outcomes: Outcome[] = []
  for (const start of starts) {
    const key = keyOf(start.server)
    const runs = servers.some(server => runsAs(server, start))
    const reason = runs ? undefined : await compose(context, [start], signal)
    outcomes.push(reason === undefined ? { key, ok: true } : await refusal(context, start, reason, signal))
  }
  return outcomes
}

function runsAs(found: ObservedServer, start: Start): boolean {
  return (
    keyText(found) === keyText(keyOf(start.server)) &&
    found.life === 'running' &&
    found.definition === start.definition &&
    found.credentials === start.credentials
  )
}

function compose(
  context: ComposeContext,
  starts: Start[],
  signal?: AbortSignal,
): Promise<string | undefined> {
  const force = starts.some(start => start.cause === 'recreate') ? ['--force-recreate'] : []
  // Without --env-file, compose would read any .env next to the file and pass its values to our servers.
  const file = ['-p', context.project, '--env-file', '/dev/null', '-f', context.composeFile]
  const how = ['up', '-d', '--no-deps', '--no-build', '--pull', 'never', '--quiet-pull', ...force]
  return runClient({
    args: ['compose', '--ansi', 'never', ...file, ...how, ...starts.map(start => start.server.service)],
    env: { ...context.composeEnv, ...valuesOf(context, starts) },
    signal,
    onProcess: context.onCompose,
  })
}

/** Values for the variables in the compose file, which are known only at a start. */
function valuesOf(context: ComposeContext, starts: Start[]): Record<string, string> {
  const values: Record<string, string> = { SUPPORTMAX_CONFIG: context.configFile }
  for (const { server, secrets, credentials } of starts) {
    Object.assign(values, Object.fromEntries(secrets))
    values[variableName('SUPPORTMAX_CREDENTIALS', server.customer, server.name)] = credentials
  }
  return values
}
