import { createHash } from 'node:crypto'
import type { ToolSpec, VendorPlatform } from '../../platforms/platform.ts'

/** What platforms refused, so that nothing is asked twice. Of one customer; held as long as the process lives. */
export interface Quarantine {
  /** Why this platform is not offered this very tool; undefined = it is. A tool that changed is tried anew. */
  reasonFor(place: Place, tool: ToolSpec): string | undefined
  hold(place: Place, tool: ToolSpec, reason: string): void
  /** How many tools this platform was seen to take, where it refused more. */
  most(place: Place): number
  limit(place: Place, most: number): void
  /** True once for each thing told. */
  isNews(place: Place, what: string): boolean
}

export type Place = Pick<VendorPlatform, 'name' | 'model' | 'dialect'>

export function openQuarantine(): Quarantine {
  const held = new Map<string, string>()
  const names = new Set<string>()
  const limits = new Map<string, number>()
  const told = new Set<string>()
  return {
    reasonFor(place, tool) {
      // The print of a schema is taken only for names that were ever held.
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
      return !told.has(key) && Boolean(told.add(key))
    },
  }
}

function nameOf({ name, model, dialect }: Place): string {
  return JSON.stringify([name, model, dialect])
}

function keyOf(place: Place, { name, description, inputSchema }: ToolSpec): string {
  const print = createHash('sha256')
    .update(JSON.stringify([name, description, inputSchema]))
    .digest('hex')
  return `${nameOf(place)}\n${print}`
}
