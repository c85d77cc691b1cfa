import type { Customer, Project, Server } from '../../config/project.ts'
import { isAlwaysLocal, keyOf, keyText } from '../../config/project.ts'
import type { Observed, Obstacle, Runtime } from '../../runtimes/runtime.ts'
import { composePath, writeCompose } from '../compose-file.ts'
import type { StackEvent } from '../events.ts'
import { judgeMissing } from '../look/judge.ts'
import { basicFacts } from '../look/look.ts'
import { missingOf, type Stack } from '../stack.ts'
import { withLock } from '../state/lock.ts'
import { applySteps, type FailedStart } from './apply.ts'
import { bindStarting } from './before/bind.ts'
import { consentObstacle } from './before/consent.ts'
import { getCredentials } from './before/credentials.ts'
import { lockPackages } from './before/locks.ts'
import { startObstacle } from './before/obstacle.ts'
import { refuseForeign, refuseSecond } from './before/refuse.ts'
import { desired, layoutOf, type StackLayout } from './desired.ts'
import { type Followers, openFollowers } from './follow.ts'
import { networkMoves, plan, type Step } from './plan.ts'

export interface UpOptions {
  customers: Customer[]
  /** Which of their servers (default: all). */
  only?: ((server: Server) => boolean) | undefined
  /** `all`: also remove what is no longer in the configuration. */
  scope: 'all' | 'part'
  runtime?: Project['runtime'] | undefined
  mode: 'apply' | 'plan-only'
  /** `started`: nothing is probed. */
  until: 'ready' | 'started'
  /** Recreate unchanged servers too. */
  renew?: boolean | undefined
  /** Pull or build images even if they exist. */
  refresh?: boolean | undefined
  /** Milliseconds for a server to become ready; also how long to wait for another supportmax. */
  timeoutMs: number
  /** As typed, shown to those who wait for this one. */
  command: string
  emit(event: StackEvent): void
  signal?: AbortSignal | undefined
}

export interface UpResult {
  ready: number
  total: number
  failed: number
  /** How many of the failed ones were still starting when they timed out. */
  late: number
  seconds: number
}

/** Observe, plan, apply, probe. A problem with one server stops only that server. */
export async function up(stack: Stack, options: UpOptions): Promise<UpResult> {
  const began = performance.now()
  const parts = await partsOf(stack, options)
  if (options.mode === 'plan-only') {
    let total = 0
    for (const { runtime, only } of parts) {
      const { steps } = await planned(stack, runtime, layoutOf(stack, runtime.kind), { ...options, only })
      emitPlan(runtime, steps, options)
      emitRefusals(stack, steps, options)
      total += steps.length
    }
    return { ready: 0, total, failed: 0, late: 0, seconds: 0 }
  }
  return withLock(stack, options, async () => {
    // The lock is held until all of them have ended, also if one fails.
    const ends = await Promise.allSettled(
      parts.map(({ runtime, only }) => applied(stack, runtime, { ...options, only })),
    )
    const result = ends.map(outcomeOf).reduce(sumOfParts)
    const { ready, total, failed } = result
    const seconds = (performance.now() - began) / 1_000
    options.emit({ type: 'done', ready, total, failed, seconds })
    return { ...result, seconds }
  })
}

interface Part {
  runtime: Runtime
  only: ((server: Server) => boolean) | undefined
}

/** What each runtime does: commands run as processes of this machine, even beside containers. */
async function partsOf(stack: Stack, options: UpOptions): Promise<Part[]> {
  const { runtime: wanted, signal, only = () => true } = options
  const commands = chosen(options).filter(isAlwaysLocal)
  const others = chosen(options).filter(server => !isAlwaysLocal(server))
  const runtime = await stack.runtimes.choose({ wanted, servers: others, signal })
  if (runtime.kind === 'local') return [{ runtime, only: options.only }]
  const local = await stack.runtimes.choose({ wanted: 'local', servers: commands, signal })
  // Also without commands: those that were removed from the file may still run.
  const leftovers = options.scope === 'all' && (await local.observe(signal)).servers.length > 0
  if (commands.length === 0 && !leftovers) return [{ runtime, only: options.only }]
  return [
    { runtime, only: server => only(server) && !isAlwaysLocal(server) },
    { runtime: local, only: server => only(server) && isAlwaysLocal(server) },
  ]
}

type Outcome = Omit<UpResult, 'seconds'>

function outcomeOf<T>(end: PromiseSettledResult<T>): T {
  if (end.status === 'rejected') throw end.reason
  return end.value
}

function sumOfParts(one: Outcome, other: Outcome): Outcome {
  return {
    ready: one.ready + other.ready,
    total: one.total + other.total,
    failed: one.failed + other.failed,
    late: one.late + other.late,
  }
}

async function applied(stack: Stack, runtime: Runtime, options: UpOptions): Promise<Outcome> {
  const unlocked = await lockPackages(stack, runtime, chosen(options), options)
  const layout = layoutOf(stack, runtime.kind)
  const path = composePath(stack.project)
  if (layout.compose && writeCompose(path, layout.compose.text))
    options.emit({ type: 'note', text: `wrote ${path}` })
  stack.state.makeTokens(options.customers.flatMap(one => one.servers))
  const { steps, blocked, observed } = await planned(stack, runtime, layout, options)
  emitPlan(runtime, steps, options)
  const followers = options.until === 'ready' ? openFollowers(stack, runtime, options) : undefined
  try {
    const failed = await startAndFollow(stack, runtime, {
      ...{ steps, blocked, observed, followers, options },
      unlocked,
    })
    rememberFailures(stack, runtime, steps, failed)
    const { ready, late } = (await followers?.settled()) ?? { ready: 0, late: 0 }
    const drawnIn = steps.flatMap(step => ('start' in step ? [step.start.server] : []))
    const total = new Set([...chosen(options), ...drawnIn]).size
    return { ready, total, failed: followers ? total - ready : failed.size + blocked.length, late }
  } finally {
    followers?.cancel()
  }
}

interface Work {
  steps: Step[]
  blocked: Server[]
  observed: Observed
  followers: Followers | undefined
  options: UpOptions
  /** Servers whose package has no lock, and why. */
  unlocked: ReadonlyMap<string, Obstacle>
}

/** Carries out the steps. What runs already is followed at once, and the others from the moment they are started. */
async function startAndFollow(
  stack: Stack,
  runtime: Runtime,
  { steps, blocked, observed, followers, options, unlocked }: Work,
) {
  const ids = new Map(observed.servers.map(one => [keyText(one), one.id]))
  const unable = new Set(blocked)
  const kept = new Set(steps.filter(step => step.kind === 'keep').map(step => keyText(step.key)))
  for (const server of chosen(options))
    if (!unable.has(server) && (!server.managed || kept.has(keyText(keyOf(server)))))
      followers?.follow(server)
  const failed = await applySteps(runtime, steps, {
    ...options,
    forbid: ({ server }) =>
      unlocked.get(keyText(keyOf(server))) ?? startObstacle(stack, server, runtime.kind),
    onStart(starts) {
      for (const { server, cause } of starts)
        followers?.follow(server, cause === 'recreate' ? ids.get(keyText(keyOf(server))) : undefined)
    },
  })
  for (const { start } of failed.values()) followers?.drop(keyOf(start.server))
  followers?.started()
  return failed
}

function chosen({ customers, only = () => true }: UpOptions): Server[] {
  return customers.flatMap(one => one.servers).filter(only)
}

async function planned(
  stack: Stack,
  runtime: Runtime,
  layout: StackLayout,
  options: UpOptions,
): Promise<{ steps: Step[]; blocked: Server[]; observed: Observed }> {
  const { signal, scope, renew = false } = options
  await getCredentials(stack, chosen(options), options)
  const observed = await runtime.observe(signal)
  refuseForeign(stack, observed)
  const servers = chosen(options).filter(server => server.managed)
  const unchecked = await refuseSecond(stack, runtime, servers, signal)
  if (unchecked !== undefined) options.emit({ type: 'note', text: unchecked })
  if (options.mode === 'apply') bindStarting(stack, chosen(options))
  const canStart = (server: Server) => missingOf(stack, server).length === 0
  // An external server without its credentials must not be asked either: its address may be one of them.
  const blocked = chosen(options).filter(server => !canStart(server))
  for (const one of blocked)
    options.emit({ type: 'state', ...keyOf(one), ...judgeMissing(basicFacts(stack, one)), seconds: 0 })
  const about = { layout, runtime, observed }
  const wanted = await desired(stack, servers.filter(canStart), about)
  const moves = networkMoves(wanted, observed)
  const others = options.customers
    .filter(one => moves.has(one.id))
    .flatMap(one => one.servers)
    .filter(server => server.managed && !servers.includes(server))
  await getCredentials(stack, others, options)
  if (options.mode === 'apply') bindStarting(stack, others)
  const drawnIn = await desired(stack, others.filter(canStart), about)
  const unable = [...blocked.filter(one => one.managed), ...others.filter(server => !canStart(server))]
  const steps = plan({ wanted, drawnIn, blocked: unable, observed, project: stack.project, scope, renew })
  return { steps, blocked, observed }
}

/** So that `status` can say why a server does not run. */
function rememberFailures(
  stack: Stack,
  { kind: runtime }: Runtime,
  steps: Step[],
  failed: ReadonlyMap<string, FailedStart>,
): void {
  const at = new Date().toISOString()
  const planned = new Set(steps.map(step => keyText(step.key)))
  stack.state.failures.update({
    failed: new Map(
      [...failed].map(([key, { start, reason, hint }]) => {
        return [key, { reason, hint, at, definition: start.definition, runtime }]
      }),
    ),
    forget: key => planned.has(key),
  })
}

/** What the plan cannot carry out before a person has allowed it. */
function emitRefusals(stack: Stack, steps: Step[], { emit }: UpOptions): void {
  for (const step of steps) {
    const obstacle = 'start' in step && consentObstacle(stack.state.consent, step.start.server)
    if (obstacle) emit({ type: 'note', text: `${keyText(step.key)}: ${obstacle.reason}; ${obstacle.hint}` })
  }
}

function emitPlan(runtime: Runtime, steps: Step[], { emit }: UpOptions): void {
  const shown = steps.map(({ kind, key, cause }) => ({ kind, server: keyText(key), cause }))
  emit({ type: 'planned', runtime: runtime.kind, steps: shown })
}
