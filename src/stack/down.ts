import { setTimeout as sleep } from 'node:timers/promises'
import { keyText, type ServerKey } from '../config/project.ts'
import type { ObservedServer, Runtime } from '../runtimes/runtime.ts'
import type { StackEvent } from './events.ts'
import { isForeign, type Stack } from './stack.ts'
import { withLock } from './state/lock.ts'

export interface DownOptions {
  /** Ids; undefined: everything of this project, also what the configuration no longer knows. */
  customers: readonly string[] | undefined
  timeoutMs: number
  command: string
  emit(event: StackEvent): void
  signal?: AbortSignal | undefined
}

export interface DownResult {
  removed: number
  /** What is still there after all, each with its reason; empty when the work is done. */
  left: { key: ServerKey; reason: string; hint: string }[]
  /** Networks that are still there. */
  networks: string[]
}

/** Stops and removes what is ours in every runtime, then looks again. Idempotent. */
export async function down(stack: Stack, options: DownOptions): Promise<DownResult> {
  const { runtimes, unseen } = await stack.runtimes.reachable(options.signal)
  return withLock(stack, options, async lock => {
    const results: DownResult[] = []
    for (const runtime of runtimes) {
      if (lock.inherited) await untilCalm(runtime, options.signal)
      const first = await clear(stack, runtime, options)
      // A compose that the one before left running may have been ended only now, by this very down.
      const again = lock.inherited && first.left.length > 0 ? await clear(stack, runtime, options) : undefined
      results.push(again ? { ...again, removed: first.removed + again.removed } : first)
    }
    // Never "nothing is left" of what could not be looked at.
    if (unseen) throw unseen
    return {
      removed: results.reduce((sum, one) => sum + one.removed, 0),
      left: results.flatMap(one => one.left),
      networks: results.flatMap(one => one.networks),
    }
  })
}

async function clear(stack: Stack, runtime: Runtime, options: DownOptions): Promise<DownResult> {
  const wanted = options.customers && new Set(options.customers)
  const ours = (one: ObservedServer) =>
    (!wanted || wanted.has(one.customer)) && !isForeign(stack.project, one)
  const before = await runtime.observe(options.signal)
  const foreign = before.servers.find(one => isForeign(stack.project, one))
  if (foreign) options.emit({ type: 'note', text: `left alone: what was started from ${foreign.configFile}` })
  const keys = before.servers.filter(ours).map(({ customer, server }) => ({ customer, server }))
  const outcomes = await runtime.down(keys, options.signal)
  for (const outcome of outcomes) if (outcome.ok) options.emit({ type: 'removed', ...outcome.key })
  const after = await runtime.observe(options.signal)
  const reasons = new Map(outcomes.flatMap(one => (one.ok ? [] : [[keyText(one.key), one] as const])))
  const left = after.servers.filter(ours).map(({ customer, server }) => ({
    key: { customer, server },
    reason: reasons.get(keyText({ customer, server }))?.reason ?? 'is still there',
    hint: reasons.get(keyText({ customer, server }))?.hint ?? 'type  supportmax down  again',
  }))
  const stuck = outcomes.flatMap(one =>
    one.ok || left.some(item => keyText(item.key) === keyText(one.key)) ? [] : [one],
  )
  return {
    removed: keys.length - left.length,
    left: [...left, ...stuck],
    networks: wanted || foreign ? [] : after.networks,
  }
}

/** The one before was killed in mid-work, and the engine may still be finishing its orders. */
async function untilCalm(runtime: Runtime, signal?: AbortSignal): Promise<void> {
  let before = ''
  for (let look = 0; look < 40; look++) {
    const now = JSON.stringify(
      (await runtime.observe(signal)).servers.map(one => [keyText(one), one.life]).sort(),
    )
    if (now === before) return
    before = now
    await sleep(250, undefined, signal ? { signal } : {})
  }
}
