import { keyOf, keyText, type ServerKey } from '../../config/project.ts'
import type { Obstacle, Runtime, Start } from '../../runtimes/runtime.ts'
import type { StackEvent } from '../events.ts'
import { judgeFailedStart } from '../look/judge.ts'
import type { Step } from './plan.ts'

export interface ApplyOptions {
  refresh?: boolean | undefined
  emit(event: StackEvent): void
  /** Why a server must not be started, before anything of it is looked at. */
  forbid(start: Start): Obstacle | undefined
  /** Called with what is about to be started, all at once. */
  onStart?(starts: readonly Start[]): void
  signal?: AbortSignal | undefined
}

/** A start that failed, and why. */
export interface FailedStart {
  start: Start
  reason: string
  hint: string
}

type OldServer = Parameters<typeof judgeFailedStart>[1]

/** Carries out the steps and decides nothing. Returns the starts that failed, by keyText(); each was emitted. */
export async function applySteps(
  runtime: Runtime,
  steps: Step[],
  options: ApplyOptions,
): Promise<Map<string, FailedStart>> {
  const failed = new Map<string, FailedStart>()
  const fail = (start: Start, obstacle: Obstacle, oldServer: OldServer) => {
    const { reason, hint } = obstacle
    failed.set(keyText(keyOf(start.server)), { start, reason, hint })
    const verdict = judgeFailedStart(obstacle, oldServer)
    options.emit({ type: 'state', ...keyOf(start.server), ...verdict, seconds: 0 })
  }
  await remove(runtime, keysOf(steps, 'remove'), { ...options, report: 'all' })
  const { startable, blocked } = await prepareAll(runtime, steps, options)
  const cleared = clearedBy(steps, startable)
  const oldServerOf = ({ server, cause }: Start, otherwise: OldServer): OldServer =>
    cause !== 'recreate' ? 'none' : cleared.has(keyText(keyOf(server))) ? 'removed' : otherwise
  for (const { start, obstacle } of blocked) fail(start, obstacle, oldServerOf(start, 'keeps running'))
  await remove(runtime, [...cleared.values()], { ...options, report: 'failures' })
  if (startable.length === 0) return failed
  for (const { server } of startable)
    options.emit({ type: 'progress', ...keyOf(server), phase: 'starting', text: 'starting' })
  options.onStart?.(startable)
  const starts = new Map(startable.map(start => [keyText(keyOf(start.server)), start]))
  for (const outcome of await runtime.up(startable, options.signal)) {
    const start = starts.get(keyText(outcome.key))
    if (!outcome.ok && start) fail(start, outcome, oldServerOf(start, 'unknown'))
  }
  return failed
}

function keysOf(steps: Step[], kind: Step['kind']): ServerKey[] {
  return steps.filter(step => step.kind === kind).map(step => step.key)
}

/** `failures`: for servers that come back at once, whose removal is not worth a line. */
async function remove(
  runtime: Runtime,
  keys: ServerKey[],
  { emit, signal, report }: ApplyOptions & { report: 'all' | 'failures' },
): Promise<void> {
  if (keys.length === 0) return
  for (const outcome of await runtime.down(keys, signal)) {
    if (!outcome.ok)
      emit({ type: 'note', text: `${keyText(outcome.key)} could not be removed: ${outcome.reason}` })
    else if (report === 'all') emit({ type: 'removed', ...outcome.key })
  }
}

/** Prepares all starts side by side. */
async function prepareAll(runtime: Runtime, steps: Step[], options: ApplyOptions) {
  const starts = steps.flatMap(step => ('start' in step ? [step.start] : []))
  const startable: Start[] = []
  const blocked: { start: Start; obstacle: Obstacle }[] = []
  await Promise.all(
    starts.map(async start => {
      const forbidden = options.forbid(start)
      if (forbidden) runtime.spare?.(start)
      const obstacle = forbidden ?? (await prepare(runtime, start, options))
      if (obstacle) blocked.push({ start, obstacle })
      else startable.push(start)
    }),
  )
  return { startable, blocked }
}

/**
 * What must be removed before the startable servers can start, by keyText(): the copies of each, and for each network
 * that moves all servers of its customer, since the network is removed as soon as one of them can start.
 */
function clearedBy(steps: Step[], startable: readonly Start[]): Map<string, ServerKey> {
  const servers = new Set(startable.map(start => keyText(keyOf(start.server))))
  const customers = new Set(startable.map(start => start.server.customer))
  const cleared = steps.filter(step => {
    if (!('clear' in step) || step.clear === undefined) return false
    return step.clear === 'network' ? customers.has(step.key.customer) : servers.has(keyText(step.key))
  })
  return new Map(cleared.map(step => [keyText(step.key), step.key]))
}

function prepare(runtime: Runtime, start: Start, { refresh = false, emit, signal }: ApplyOptions) {
  return runtime.prepare(start, {
    refresh,
    progress: text => emit({ type: 'progress', ...keyOf(start.server), phase: 'preparing', text }),
    ...(signal ? { signal } : {}),
  })
}
