import { createHash } from 'node:crypto'
import type { ToolSpec, VendorPlatform } from '../../platforms/platform.ts'

/** What platforms rejected, so that nothing is tried twice. Belongs to one customer, and lasts as long as the process. */
export interface Quarantine {
  /** Why this platform is not offered this tool; undefined = it is. A changed tool is tried again. */
  reasonFor(place: PlatformPlace, tool: ToolSpec): string | undefined
  hold(place: PlatformPlace, tool: ToolSpec, reason: string): void
  /** How many tools this platform accepted when it rejected more. */
  most(place: PlatformPlace): number
  limit(place: PlatformPlace, most: number): void
  /** True the first time something is reported. */
  isNews(place: PlatformPlace, what: string): boolean
}

export type PlatformPlace = Pick<VendorPlatform, 'name' | 'model' | 'dialect'>

export function openQuarantine(): Quarantine {
  const held = new Map<string, string>()
  const names = new Set<string>()
  const limits = new Map<string, number>()
  const reported = new Set<string>()
  return {
    reasonFor(place, tool) {
      // Hashing a schema is needed only for names that were ever held.
      return names.has(tool.name) ? held.get(keyOf(place, tool)) : undefined
    },
    hold(place, tool, reason) {
      names.add(tool.name)
      held.set(keyOf(place, tool), reason)
    },
    most: place => limits.get(nameOf(place)) ?? Number.POSITIVE_INFINITY,
    limit: (place, most) => void limits.set(nameOf(place), most),
    isNews(place, what) {
      const key = `${nameOf(place)}\n${what}`
      return !reported.has(key) && Boolean(reported.add(key))
    },
  }
}

function nameOf({ name, model, dialect }: PlatformPlace): string {
  return JSON.stringify([name, model, dialect])
}

function keyOf(place: PlatformPlace, { name, description, inputSchema }: ToolSpec): string {
  const print = createHash('sha256')
    .update(JSON.stringify([name, description, inputSchema]))
    .digest('hex')
  return `${nameOf(place)}\n${print}`
}
