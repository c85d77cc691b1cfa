import { SupportError } from '../../base/errors.ts'
import type { Customer, Project, Server } from '../../config/project.ts'
import { keyOf, keyText } from '../../config/project.ts'
import type { Observed, Runtime } from '../../runtimes/runtime.ts'
import type { StackEvent } from '../events.ts'
import { composePath, isForeign, missingOf, type Stack, wantedCompose, writeCompose } from '../stack.ts'
import { withLock } from '../state/lock.ts'
import { applySteps } from './apply.ts'
import { awaitReady } from './await-ready.ts'
import { desired } from './desired.ts'
import { plan, type Step } from './plan.ts'

export interface UpOptions {
  customers: Customer[]
  /** Which of their servers; all where it is left out. */
  only?: ((server: Server) => boolean) | undefined
  /** `all`: what the configuration no longer knows is removed too. */
  scope: 'all' | 'part'
  runtime?: Project['runtime'] | undefined
  mode: 'apply' | 'plan-only'
  /** `started`: nothing is probed. */
  until: 'ready' | 'started'
  /** Recreate the unchanged too. */
  renew?: boolean | undefined
  /** Pull or build images anew. */
  refresh?: boolean | undefined
  /** Milliseconds for a server to become ready; also the patience with another supportmax. */
  timeoutMs: number
  /** As typed, for whoever waits for this one. */
  command: string
  emit(event: StackEvent): void
  signal?: AbortSignal | undefined
}

export interface UpResult {
  ready: number
  total: number
  failed: number
  /** What failed was only late: every one of them was still starting at the deadline. */
  late: number
}

/** Observe, plan, apply, probe. Whatever keeps a server from starting stops that server only. */
export async function up(stack: Stack, options: UpOptions): Promise<UpResult> {
  const began = performance.now()
  const runtime = await stack.runtimes.choose(options.runtime, options.signal)
  if (options.mode === 'plan-only') {
    const { steps } = await planned(stack, runtime, options)
    tellPlan(runtime, steps, options)
    return { ready: 0, total: steps.length, failed: 0, late: 0 }
  }
  return withLock(stack, options, async () => {
    if (
      runtime.kind === 'docker' &&
      writeCompose(composePath(stack.project), wantedCompose(stack.project).text)
    )
      options.emit({ type: 'note', text: `wrote ${composePath(stack.project)}` })
    stack.state.makeTokens(chosen(options))
    const { steps, blocked } = await planned(stack, runtime, options)
    tellPlan(runtime, steps, options)
    const failed = await applySteps(runtime, steps, options)
    for (const server of blocked) failed.add(keyText(keyOf(server)))
    const result = await awaitReady(stack, runtime, { ...options, servers: chosen(options), failed })
    const { ready, total } = result
    options.emit({
      type: 'done',
      ready,
      total,
      failed: result.failed,
      seconds: (performance.now() - began) / 1_000,
    })
    return result
  })
}

function chosen({ customers, only = () => true }: UpOptions): Server[] {
  return customers.flatMap(one => one.servers).filter(only)
}

async function planned(
  stack: Stack,
  runtime: Runtime,
  options: UpOptions,
): Promise<{ steps: Step[]; blocked: Server[] }> {
  const observed = await runtime.observe(options.signal)
  refuseForeign(stack, observed)
  const servers = chosen(options).filter(server => server.managed)
  await refuseSecond(stack, runtime, servers, options.signal)
  const blocked = servers.filter(server => missingOf(stack, server).length > 0)
  for (const server of blocked) tellMissing(stack, server, options)
  const startable = servers.filter(server => !blocked.includes(server))
  const wanted = await desired(stack, startable, { compose: wantedCompose(stack.project), runtime, observed })
  const steps = plan({
    wanted,
    observed,
    project: stack.project,
    scope: options.scope,
    renew: options.renew ?? false,
  })
  return { steps, blocked }
}

/** One server in two runtimes would be one identity with two voices. */
async function refuseSecond(
  stack: Stack,
  runtime: Runtime,
  servers: Server[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const { runtimes } = await stack.runtimes.reachable(signal)
  const others = runtimes.filter(one => one.kind !== runtime.kind)
  for (const other of others) {
    const there = (await other.observe(signal)).servers.filter(one => !isForeign(stack.project, one))
    const twin = there.find(one => servers.some(server => keyText(keyOf(server)) === keyText(one)))
    if (twin)
      throw new SupportError('failed', `${keyText(twin)}: is there already, in the ${other.kind} runtime`, {
        hint: `supportmax down ${twin.customer}, then start it in the ${runtime.kind} runtime`,
      })
  }
}

/** Two configurations with one project name would take each other's containers for their own. */
function refuseForeign(stack: Stack, observed: Observed): void {
  const foreign = observed.servers.find(one => isForeign(stack.project, one))
  if (foreign)
    throw new SupportError(
      'refused',
      `project "${stack.project.name}" belongs to ${foreign.configFile}: ${keyText(foreign)} was started from there`,
      {
        hint: `add "project": "another-name" to ${stack.project.file}, or type  supportmax --config ${foreign.configFile} down`,
      },
    )
}

function tellMissing(stack: Stack, server: Server, { emit }: UpOptions): void {
  emit({
    type: 'state',
    customer: server.customer,
    server: server.name,
    state: 'missing_credentials',
    reason: `no value for ${missingOf(stack, server).join(', ')}`,
    hint: `put ${missingOf(stack, server).length === 1 ? 'it' : 'them'} into ${stack.credentials.file} or the environment, then supportmax up ${server.customer}`,
    seconds: 0,
  })
}

function tellPlan(runtime: Runtime, steps: Step[], { emit }: UpOptions): void {
  const told = steps.map(({ kind, key, cause }) => ({ kind, server: keyText(key), cause }))
  emit({ type: 'planned', runtime: runtime.kind, steps: told })
}
