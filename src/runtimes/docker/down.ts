import { setTimeout as delay } from 'node:timers/promises'
import type Dockerode from 'dockerode'
import { reasonOf } from '../../base/errors.ts'
import { keyText, type ServerKey } from '../../config/project.ts'
import type { Outcome } from '../runtime.ts'
import { isAnswer } from './engine/deadlines.ts'
import { keyOfLabels, LABEL, ourContainers, ourNetworks } from './observe.ts'

const STOP_SECONDS = 10
const GONE_MS = 15_000

/**
 * Stops and removes the containers of `keys` by their labels, whatever compose file they came from, then networks
 * of the project in which none of its containers is left; looks again until the engine agrees that they are gone.
 */
export async function downDocker(
  engine: Dockerode,
  project: string,
  keys: ServerKey[],
  signal?: AbortSignal,
): Promise<Outcome[]> {
  const wanted = new Set(keys.map(keyText))
  const ofKeys = async () =>
    (await ourContainers(engine, project, signal)).filter(({ Labels }) =>
      wanted.has(keyText(keyOfLabels(Labels))),
    )
  const faults = await removeContainers(engine, await ofKeys(), signal)
  for (const until = Date.now() + GONE_MS; (await ofKeys()).length > 0 && Date.now() < until; )
    await delay(100)
  const left = new Set((await ofKeys()).map(({ Labels }) => keyText(keyOfLabels(Labels))))
  const networks = await removeEmptyNetworks(engine, project, signal)
  return [
    ...keys.map((key): Outcome => {
      const reason = left.has(keyText(key))
        ? (faults.get(keyText(key)) ?? 'its container does not go')
        : undefined
      return reason === undefined
        ? { key, ok: true }
        : { key, ok: false, reason, hint: 'repeat, or docker rm -f' }
    }),
    ...networks,
  ]
}

/** Stop, then remove, side by side. What the engine refuses, by keyText(); throws where it does not answer. */
export async function removeContainers(
  engine: Dockerode,
  containers: Dockerode.ContainerInfo[],
  signal?: AbortSignal,
): Promise<Map<string, string>> {
  const faults = new Map<string, string>()
  await Promise.all(
    containers.map(async ({ Id, Labels }) => {
      const container = engine.getContainer(Id)
      const abort = signal && { abortSignal: signal }
      // A refused stop is no reason to stay: the removal that follows kills.
      await container.stop({ t: STOP_SECONDS, ...abort }).catch(error => {
        if (!isAnswer(error)) throw error
      })
      await container.remove({ force: true, v: true, ...abort }).catch(error => {
        if (!isAnswer(error)) throw error
        if (!isGoneOrGoing(error)) faults.set(keyText(keyOfLabels(Labels)), reasonOf(error))
      })
    }),
  )
  return faults
}

/** Only failures are returned, as outcomes of `<customer>/network`. */
async function removeEmptyNetworks(
  engine: Dockerode,
  project: string,
  signal?: AbortSignal,
): Promise<Outcome[]> {
  const containers = await ourContainers(engine, project, signal)
  const inUse = new Set(containers.map(({ Labels }) => Labels[LABEL.customer]))
  const networks = (await ourNetworks(engine, project, signal)).filter(
    ({ Labels }) => !inUse.has(Labels?.[LABEL.customer]),
  )
  const outcomes = await Promise.all(
    networks.map(async ({ Id, Name, Labels }): Promise<Outcome[]> => {
      const reason = await removeNetwork(engine, Id, signal)
      const key = { customer: Labels?.[LABEL.customer] ?? '', server: 'network' }
      if (reason === undefined) return []
      return [
        { key, ok: false, reason: `network ${Name}: ${reason}`, hint: `docker network inspect ${Name}` },
      ]
    }),
  )
  return outcomes.flat()
}

/** A container that was just removed may still be leaving its network. */
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
      if (tries === 20) return reasonOf(error)
      await delay(100)
    }
  }
}

/** 404: gone. 409 with these words: someone else removes it already. */
function isGoneOrGoing(error: unknown): boolean {
  const { statusCode, message } = error as { statusCode?: number; message?: string }
  return statusCode === 404 || (statusCode === 409 && /already in progress/.test(message ?? ''))
}
