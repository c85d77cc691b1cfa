import { createHash } from 'node:crypto'
import type { ToolSpec, VendorPlatform } from '../../platforms/platform.ts'

/** Remembers what platforms rejected, so that nothing is tried twice. For one customer, until the process ends. */
export interface Quarantine {
  /** Why this tool is not offered to this model; undefined = it is offered. A changed tool is tried again. */
  reasonFor(target: PlatformModel, tool: ToolSpec): string | undefined
  hold(target: PlatformModel, tool: ToolSpec, reason: string): void
  /** The largest number of tools that this model accepts; infinite until it has rejected more. */
  most(target: PlatformModel): number
  limit(target: PlatformModel, most: number): void
  /** Forgets what was learned from this rejection: leaving it out did not help. */
  forget(target: PlatformModel, what: { tools: readonly ToolSpec[] } | 'limit'): void
  /** True the first time something is reported. */
  isNews(target: PlatformModel, what: string): boolean
}

export type PlatformModel = Pick<VendorPlatform, 'name' | 'model' | 'dialect'>

export function openQuarantine(): Quarantine {
  const held = new Map<string, string>()
  const names = new Set<string>()
  const limits = new Map<string, number>()
  const reported = new Set<string>()
  return {
    reasonFor(target, tool) {
      // Hash a schema only if a tool of this name was ever held.
      return names.has(tool.name) ? held.get(keyOf(target, tool)) : undefined
    },
    hold(target, tool, reason) {
      names.add(tool.name)
      held.set(keyOf(target, tool), reason)
    },
    most: target => limits.get(nameOf(target)) ?? Number.POSITIVE_INFINITY,
    limit: (target, most) => void limits.set(nameOf(target), most),
    forget(target, what) {
      if (what === 'limit') limits.delete(nameOf(target))
      else for (const tool of what.tools) held.delete(keyOf(target, tool))
    },
    isNews(target, what) {
      const key = `${nameOf(target)}\n${what}`
      return !reported.has(key) && Boolean(reported.add(key))
    },
  }
}

function nameOf({ name, model, dialect }: PlatformModel): string {
  return JSON.stringify([name, model, dialect])
}

function keyOf(target: PlatformModel, { name, description, inputSchema }: ToolSpec): string {
  const print = createHash('sha256')
    .update(JSON.stringify([name, description, inputSchema]))
    .digest('hex')
  return `${nameOf(target)}\n${print}`
}
