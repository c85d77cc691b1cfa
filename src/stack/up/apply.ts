import { keyText } from '../../config/project.ts'
import type { Runtime, Start } from '../../runtimes/runtime.ts'
import type { StackEvent } from '../events.ts'
import type { Step } from './plan.ts'

export interface ApplyOptions {
  refresh?: boolean | undefined
  emit(event: StackEvent): void
  signal?: AbortSignal | undefined
}

/** Runs the steps and decides nothing. Returns the servers that failed, as `customer/server`, each told. */
export async function applySteps(
  runtime: Runtime,
  steps: Step[],
  options: ApplyOptions,
): Promise<Set<string>> {
  const failed = new Set<string>()
  const fail = (start: Start, reason: string, hint: string) => {
    const { customer, name } = start.server
    failed.add(`${customer}/${name}`)
    options.emit({
      type: 'state',
      customer,
      server: name,
      state: start.cause === 'recreate' ? 'degraded' : 'stopped',
      reason,
      hint,
      seconds: 0,
    })
  }
  await removeStrays(runtime, steps, options)
  const starts = steps.flatMap(step => ('start' in step ? [step.start] : []))
  const free: Start[] = []
  await Promise.all(
    starts.map(async start => {
      const obstacle = await prepare(runtime, start, options)
      // Nothing of it was touched: where it was to be renewed, the old one goes on.
      const rest = start.cause === 'recreate' ? '; what ran before still runs' : ''
      if (obstacle) fail(start, `${obstacle.reason}${rest}`, obstacle.hint)
      else free.push(start)
    }),
  )
  if (free.length === 0) return failed
  const outcomes = await runtime.up(free, options.signal)
  for (const outcome of outcomes) {
    const start = free.find(
      one => keyText({ customer: one.server.customer, server: one.server.name }) === keyText(outcome.key),
    )
    if (!outcome.ok && start) fail(start, outcome.reason, outcome.hint)
  }
  return failed
}

async function removeStrays(runtime: Runtime, steps: Step[], { emit, signal }: ApplyOptions): Promise<void> {
  const keys = steps.flatMap(step => (step.kind === 'remove' ? [step.key] : []))
  if (keys.length === 0) return
  for (const outcome of await runtime.down(keys, signal))
    emit(
      outcome.ok
        ? { type: 'removed', ...outcome.key }
        : { type: 'note', text: `${keyText(outcome.key)} could not be removed: ${outcome.reason}` },
    )
}

function prepare(runtime: Runtime, start: Start, { refresh = false, emit, signal }: ApplyOptions) {
  const { customer, name } = start.server
  return runtime.prepare(start, {
    refresh,
    progress: text => emit({ type: 'progress', customer, server: name, text }),
    ...(signal ? { signal } : {}),
  })
}
