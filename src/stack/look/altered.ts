import type { Server } from '../../config/project.ts'
import type { ObservedServer } from '../../runtimes/runtime.ts'

/** What somebody has changed by hand in what runs for a server, as a cause; undefined: nothing. */
export function alteredCause(
  { limits }: Pick<Server, 'limits'>,
  observed: ObservedServer,
): string | undefined {
  if (observed.altered !== undefined) return observed.altered
  const now = observed.limits
  if (!now) return undefined
  const wanted = { cpus: limits.cpus, memory: bytesIn(limits.memory), pids: limits.pids }
  // An engine that does not support a limit has none.
  const changed = (['cpus', 'memory', 'pids'] as const).find(
    name => now[name] > 0 && wanted[name] !== now[name],
  )
  return changed && `its limit of ${changed} was changed: ${now[changed]} instead of ${wanted[changed]}`
}

const UNITS: Record<string, number> = { '': 1, b: 1, k: 1_024, m: 1_024 ** 2, g: 1_024 ** 3 }

/** `256M` in bytes, as compose reads it. */
function bytesIn(size: string): number {
  const [, number = '', unit = ''] = /^([\d.]+)([bkmg]?)b?$/i.exec(size) ?? []
  return Math.floor(Number(number) * (UNITS[unit.toLowerCase()] ?? 1))
}
