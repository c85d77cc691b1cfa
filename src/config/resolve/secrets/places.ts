import { dirname, resolve } from 'node:path'
import { TIMEOUTS } from '../../../base/timeouts.ts'
import type { Path } from '../../document/problems.ts'
import type { SecretsInput } from '../../document/schema/secrets.ts'
import type { SecretPlace, SecretSettings } from '../../project.ts'
import type { ResolveContext } from '../context.ts'

type PlaceInput = NonNullable<SecretsInput['from']>[string]

/** Where credentials come from. Reports wrong places, and those of names that nothing uses. */
export function resolveSecrets(context: ResolveContext, used: ReadonlySet<string>): SecretSettings {
  const { document, reporter } = context
  const input = document.secrets ?? {}
  const from = Object.entries(input.from ?? {}).flatMap(([name, written]) => {
    const at = ['secrets', 'from', name]
    if (!used.has(name))
      reporter.warn(at, 'no server and no platform uses it', 'correct the name, or remove it')
    const place = placeFor(context, at, written)
    return place ? [[name, place] as const] : []
  })
  return {
    from: Object.fromEntries(from),
    cacheMs: milliseconds(input.cache_seconds, TIMEOUTS.secretCache),
    timeoutMs: milliseconds(input.timeout_seconds, TIMEOUTS.secretFetch),
  }
}

function placeFor(context: ResolveContext, at: Path, input: PlaceInput): SecretPlace | undefined {
  const { command, env, file } = input
  const { reporter } = context
  const count = [command, file].filter(one => one !== undefined).length
  if (count !== 1) {
    const fault = count === 0 ? 'names no place' : 'names more than one place'
    reporter.error(at, fault, 'write one of "command" and "file"')
    return undefined
  }
  if (env && !command) reporter.error([...at, 'env'], 'is only for a "command"', 'remove it')
  if (command) return { kind: 'command', command, env: env ?? [] }
  return file === undefined ? undefined : { kind: 'file', file: resolve(dirname(context.file), file) }
}

function milliseconds(seconds: number | undefined, otherwise: number): number {
  return seconds === undefined ? otherwise : seconds * 1_000
}
