// Which engine answers, and whether it is new enough.
import { SupportError } from '../../../base/errors.ts'

/** What matters of an answer to GET /version. */
export interface VersionAnswer {
  Version?: unknown
  ApiVersion?: unknown
  Components?: unknown
  KernelVersion?: unknown
}

export interface EngineProduct {
  product: 'Docker' | 'Podman'
  /** As the engine writes it, for example 26.1.5+dfsg1. */
  version: string
  /** Release of the kernel that it runs on. */
  kernel: string
}

/**
 * The oldest supported versions. Docker 25 was the oldest release still receiving fixes when this was written. A build
 * without a version number, such as "dev", is judged by its API version instead.
 */
const OLDEST = {
  Docker: { version: [25, 0], api: [1, 44] },
  Podman: { version: [4, 3], api: [1, 41] },
} as const

/** What is supported, in words for hints. */
export const SUPPORTED = 'Docker Engine 25 or newer, or Podman 4.3 or newer'

/** The engine at `host`. Throws `missing` for one that is too old, and for an answer that no engine gives. */
export function supportedEngine(answer: VersionAnswer, host: string): EngineProduct {
  const { Version, ApiVersion, KernelVersion } = answer ?? {}
  if (typeof Version !== 'string' && typeof ApiVersion !== 'string')
    throw new SupportError('missing', `Docker: ${host} answers, but not as an engine does`, {
      hint: 'check DOCKER_HOST and the Docker context',
    })
  const product = isPodman(answer) ? 'Podman' : 'Docker'
  const version = typeof Version === 'string' && Version !== '' ? Version : 'of unknown version'
  const oldest = OLDEST[product]
  const number = numberIn(version)
  const isOld = number ? isBelow(number, oldest.version) : isBelow(numberIn(String(ApiVersion)), oldest.api)
  if (!isOld) return { product, version, kernel: String(KernelVersion ?? '') }
  const what = product === 'Docker' ? `Docker: engine ${version}` : `Podman ${version}`
  throw new SupportError('missing', `${what} is too old`, {
    hint: `install ${SUPPORTED}`,
  })
}

function isPodman({ Components }: VersionAnswer): boolean {
  return Array.isArray(Components) && Components.some(one => one?.Name === 'Podman Engine')
}

/** `v25.0.3-ce` → [25, 0]. Undefined for `dev`, and for the `0.0.0-…` of builds from the source. */
function numberIn(version: string): [number, number] | undefined {
  const [, major, minor] = /^v?(\d+)(?:\.(\d+))?/.exec(version) ?? []
  if (major === undefined || /^v?0\.0\.0\b/.test(version)) return undefined
  return [Number(major), Number(minor ?? 0)]
}

/** A version that cannot be read is not too old. */
function isBelow(number: [number, number] | undefined, [major, minor]: readonly [number, number]): boolean {
  return number !== undefined && (number[0] < major || (number[0] === major && number[1] < minor))
}
