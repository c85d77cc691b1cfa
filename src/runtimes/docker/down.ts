import type Dockerode from 'dockerode'
import { reasonOf } from '../../base/errors.ts'
import { TIMEOUTS } from '../../base/timeouts.ts'
import { pause, waitFor } from '../../base/waiting/wait.ts'
import { keyText, type ServerKey } from '../../config/project.ts'
import type { Outcome } from '../runtime.ts'
import { isAnswer } from './engine/deadlines.ts'
import { keyOfLabels, LABEL, ourContainers, ourNetworks } from './look/observe.ts'

const LOOK_EVERY_MS = 100
const NETWORK_TRIES = 20

export interface DownWork {
  project: string
  keys: ServerKey[]
  onRemoved: ((key: ServerKey) => void) | undefined
}

/**
 * Stops and removes the containers of `keys` by their labels, no matter which compose file they came from, then the
 * project's networks without containers. Waits until the engine no longer lists the containers.
 */
export async function downDocker(
  engine: Dockerode,
  { project, keys, onRemoved }: DownWork,
  signal?: AbortSignal,
): Promise<Outcome[]> {
  const wanted = new Map(keys.map(key => [keyText(key), key]))
  const told = new Set<string>()
  const tell = (key: string) => {
    const known = wanted.get(key)
    if (known && !told.has(key)) onRemoved?.(known)
    told.add(key)
  }
  const faults = new Map<string, string>()
  const seen = new Set<string>()
  // Also those that appear meanwhile: the engine may still be carrying out the request of a client that was killed.
  const clear = async () => {
    const there = (await ourContainers(engine, project, signal)).filter(({ Labels }) =>
      wanted.has(keyText(keyOfLabels(Labels))),
    )
    const fresh = there.filter(({ Id }) => !seen.has(Id))
    for (const { Id } of fresh) seen.add(Id)
    const found = await removeContainers(engine, fresh, { signal, onRemoved: tell })
    for (const [key, reason] of found) faults.set(key, reason)
    return new Set(there.map(({ Labels }) => keyText(keyOfLabels(Labels))))
  }
  let left = await clear()
  await waitFor(
    async () => {
      left = await clear()
      return left.size === 0
    },
    { every: LOOK_EVERY_MS, most: TIMEOUTS.containerGone },
  )
  for (const key of wanted.keys()) if (!left.has(key)) tell(key)
  const networks = await removeEmptyNetworks(engine, project, signal)
  return [...keys.map(key => outcomeOf(key, left, faults)), ...networks]
}

function outcomeOf(key: ServerKey, left: Set<string>, faults: Map<string, string>): Outcome {
  if (!left.has(keyText(key))) return { key, ok: true }
  const reason = faults.get(keyText(key)) ?? 'its container could not be removed'
  return { key, ok: false, reason, hint: 'retry, or remove it with `docker rm -f`' }
}

/** Stops and removes containers in parallel. Returns the engine's refusals by keyText(); throws if it does not answer. */
async function removeContainers(
  engine: Dockerode,
  containers: Dockerode.ContainerInfo[],
  { signal, onRemoved }: { signal: AbortSignal | undefined; onRemoved(key: string): void },
): Promise<Map<string, string>> {
  const faults = new Map<string, string>()
  const copies = new Map<string, number>()
  for (const { Labels } of containers) {
    const key = keyText(keyOfLabels(Labels))
    copies.set(key, (copies.get(key) ?? 0) + 1)
  }
  await Promise.all(
    containers.map(async ({ Id, Labels }) => {
      const key = keyText(keyOfLabels(Labels))
      const container = engine.getContainer(Id)
      const abort = signal && { abortSignal: signal }
      // Ignore a refused stop: the removal below kills the container.
      await container.stop({ t: TIMEOUTS.containerStop / 1_000, ...abort }).catch(error => {
        if (!isAnswer(error)) throw error
      })
      await container.remove({ force: true, v: true, ...abort }).catch(error => {
        if (!isAnswer(error)) throw error
        if (!isGoneOrGoing(error)) faults.set(key, reasonOf(error))
      })
      const left = (copies.get(key) ?? 1) - 1
      copies.set(key, left)
      if (left === 0 && !faults.has(key)) onRemoved(key)
    }),
  )
  return faults
}

/** Returns only failures, as outcomes of `<customer>/network`. */
async function removeEmptyNetworks(
  engine: Dockerode,
  project: string,
  signal?: AbortSignal,
): Promise<Outcome[]> {
  const containers = await Promise.all([
    ourContainers(engine, project, signal),
    ourContainers(engine, project, signal, LABEL.held),
  ])
  const inUse = new Set(containers.flat().map(({ Labels }) => Labels[LABEL.customer]))
  const networks = (await ourNetworks(engine, project, signal)).filter(
    ({ Labels }) => !inUse.has(Labels?.[LABEL.customer]),
  )
  const outcomes = await Promise.all(
    networks.map(async ({ Id, Name, Labels }): Promise<Outcome[]> => {
      const reason = await removeNetwork(engine, Id, signal)
      const key = { customer: Labels?.[LABEL.customer] ?? '', server: 'network' }
      if (reason === undefined) return []
      const hint = `run \`docker network inspect ${Name}\``
      return [{ key, ok: false, reason: `network ${Name}: ${reason}`, hint }]
    }),
  )
  return outcomes.flat()
}

/** Retries: a container that was just removed may still be leaving its network. */
async function removeNetwork(
  engine: Dockerode,
  id: string,
  signal?: AbortSignal,
): Promise<string | undefined> {
  for (let tries = 0; ; tries++) {
    try {
      await engine.getNetwork(id).remove(signal && { abortSignal: signal })
      return undefined
    } catch (error) {
      if (isGoneOrGoing(error)) return undefined
      if (!isAnswer(error)) throw error
      if (tries === NETWORK_TRIES) return reasonOf(error)
      await pause(LOOK_EVERY_MS, signal)
    }
  }
}

/** 404: gone. 409 with these words: someone else is removing it. */
function isGoneOrGoing(error: unknown): boolean {
  const { statusCode, message } = error as { statusCode?: number; message?: string }
  return statusCode === 404 || (statusCode === 409 && /already in progress/.test(message ?? ''))
}
