import { pause } from '../base/waiting/wait.ts'
import { keyOf, keyText, type Server, type ServerKey } from '../config/project.ts'
import { removeHomes } from '../runtimes/programs/homes.ts'
import type { ObservedServer, Outcome, Runtime } from '../runtimes/runtime.ts'
import type { StackEvent } from './events.ts'
import { isForeign, type Stack } from './stack.ts'
import { withLock } from './state/lock.ts'

export interface DownOptions {
  /** Ids; undefined: everything of this project, also what is no longer in the configuration. */
  customers: readonly string[] | undefined
  timeoutMs: number
  command: string
  emit(event: StackEvent): void
  signal?: AbortSignal | undefined
}

export interface DownResult {
  removed: number
  /** What could not be removed, each with its reason; empty when the work is done. */
  left: { key: ServerKey; reason: string; hint: string }[]
  /** Names of networks that could not be removed. */
  networks: string[]
  /** Warning that a runtime which is not needed, but may have left servers, could not be asked. */
  unchecked: string | undefined
}

/** Stops and removes what is ours in every runtime, then looks again. Idempotent. */
export async function down(stack: Stack, options: DownOptions): Promise<DownResult> {
  const { runtimes, unseen, unchecked } = await stack.runtimes.reachable(
    configuredServers(stack, options.customers),
    options.signal,
  )
  return withLock(stack, { ...options, whenFull: 'work' }, async lock => {
    const results: Cleared[] = []
    for (const runtime of runtimes) {
      if (lock.inherited) await untilCalm(runtime, options.signal)
      const first = await clearRuntime(stack, runtime, options)
      // A compose that the previous holder left running may have been ended only by this very `down`.
      const again =
        lock.inherited && first.left.length > 0 ? await clearRuntime(stack, runtime, options) : undefined
      results.push(again ? { ...again, removed: first.removed + again.removed } : first)
    }
    const gone = options.customers && new Set(options.customers)
    stack.state.failures.update({
      failed: new Map(),
      forget: key => gone?.has(key.split('/')[0] ?? '') ?? true,
    })
    const left = results.flatMap(one => one.left)
    const stays = new Set([
      ...stack.project.customers.map(one => one.id),
      ...left.map(one => one.key.customer),
    ])
    removeHomes(stack.state.folder, id => !stays.has(id) && (gone?.has(id) ?? true))
    // Never report that nothing is left if a runtime could not be asked.
    if (unseen) throw unseen
    return {
      removed: results.reduce((sum, one) => sum + one.removed, 0),
      left,
      networks: results.flatMap(one => one.networks),
      unchecked,
    }
  })
}

/** undefined: other servers may have been started too, since everything goes or a customer is no longer configured. */
function configuredServers({ project }: Stack, ids: DownOptions['customers']): Server[] | undefined {
  const customers = ids?.map(id => project.customers.find(one => one.id === id))
  return customers?.every(one => one !== undefined) ? customers.flatMap(one => one.servers) : undefined
}

type Cleared = Omit<DownResult, 'unchecked'>

async function clearRuntime(stack: Stack, runtime: Runtime, options: DownOptions): Promise<Cleared> {
  const wanted = options.customers && new Set(options.customers)
  const ours = (one: ObservedServer) =>
    (!wanted || wanted.has(one.customer)) && !isForeign(stack.project, one)
  const before = await runtime.observe(options.signal)
  const foreign = before.servers.find(one => isForeign(stack.project, one))
  if (foreign) options.emit({ type: 'note', text: `not touched: servers started from ${foreign.configFile}` })
  const keys = inOrder(stack, before.servers.filter(ours))
  const steps = keys.map(key => ({ kind: 'remove' as const, server: keyText(key), cause: 'down' }))
  if (steps.length > 0) options.emit({ type: 'planned', runtime: runtime.kind, steps })
  const onRemoved = (key: ServerKey) => options.emit({ type: 'removed', ...key })
  const outcomes = await runtime.down(keys, options.signal, onRemoved)
  const after = await runtime.observe(options.signal)
  const left = leftOver(after.servers.filter(ours), outcomes)
  return {
    removed: keys.length - after.servers.filter(ours).length,
    left,
    networks: wanted || foreign ? [] : after.networks.map(network => network.name),
  }
}

/** In the order of the configuration, and what is not in it last. */
function inOrder({ project }: Stack, servers: readonly ObservedServer[]): ServerKey[] {
  const order = project.customers.flatMap(one => one.servers.map(server => keyText(keyOf(server))))
  const place = new Map(order.map((key, at) => [key, at]))
  return servers
    .map(({ customer, server }) => ({ customer, server }))
    .toSorted((a, b) => (place.get(keyText(a)) ?? order.length) - (place.get(keyText(b)) ?? order.length))
}

/** Servers that are still there, and what else could not be removed. */
function leftOver(servers: ObservedServer[], outcomes: Outcome[]): DownResult['left'] {
  const failed = outcomes.flatMap(one => (one.ok ? [] : [one]))
  const failures = new Map(failed.map(one => [keyText(one.key), one]))
  const left = servers.map(({ customer, server }) => {
    const { reason = 'could not be removed', hint = 'run `supportmax down` again' } =
      failures.get(keyText({ customer, server })) ?? {}
    return { key: { customer, server }, reason, hint }
  })
  const named = new Set(left.map(one => keyText(one.key)))
  const others = failed.filter(one => !named.has(keyText(one.key)))
  return [...left, ...others.map(({ key, reason, hint }) => ({ key, reason, hint }))]
}

const CALM = { every: 250, looks: 40 }

/** Waits until two looks agree: the previous holder was killed, and the engine may still be carrying out its orders. */
async function untilCalm(runtime: Runtime, signal?: AbortSignal): Promise<void> {
  let before = ''
  for (let look = 0; look < CALM.looks; look++) {
    const now = JSON.stringify(
      (await runtime.observe(signal)).servers.map(one => [keyText(one), one.life]).sort(),
    )
    if (now === before) return
    before = now
    await pause(CALM.every, signal)
  }
}
