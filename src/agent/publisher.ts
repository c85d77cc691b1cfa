import { type ErrorCode, reasonOf, SupportError } from '../base/errors.ts'
import { orAborted } from '../base/waiting/aborted.ts'
import type { Toolset } from '../toolset/toolset.ts'

/** The reason of a switch that a later switch, or leaving the chat, has ended. */
export const CALLED_OFF = 'called off'

export type SwitchResult =
  | { ok: true; toolset: Toolset }
  | { ok: false; reason: string; hint: string | undefined; code: ErrorCode }

/** The one published toolset. Old ones are retired: another customer's at once, this customer's when unused. */
export interface Publisher {
  /** Undefined before the first switch. */
  current(): Toolset | undefined
  /** The switch under way. */
  pending(): Promise<SwitchResult> | undefined
  /** Builds a toolset, and publishes it whole or stays with the old one. Calls off a switch under way. Never throws. */
  publish(customerId: string, signal: AbortSignal | undefined): Promise<SwitchResult>
  /** Keeps a toolset usable for a question. */
  hold(toolset: Toolset): HeldToolset
  /** Retires the published toolset, also one that is held, and calls off a switch under way. */
  leave(): void
  close(): void
}

/** The tools that the model of a running question knows. */
export interface HeldToolset {
  /** Decides on a call of this tool by what its server says of it now: it may have become a write meanwhile. */
  deciding(name: string): Toolset
  release(): void
}

/** @param build rejects when it is called off */
export function openPublisher(
  build: (customerId: string, signal: AbortSignal) => Promise<Toolset>,
): Publisher {
  const held = new Map<Toolset, number>()
  let published: Toolset | undefined
  let switching: { abort: AbortController; done: Promise<SwitchResult> } | undefined

  async function replace(customerId: string, signal: AbortSignal): Promise<SwitchResult> {
    try {
      const toolset = await buildUnlessAborted(build, customerId, signal)
      const old = published
      published = toolset
      if (old && (old.customer.id !== customerId || !held.has(old))) old.retire()
      return { ok: true, toolset }
    } catch (error) {
      const { hint, code = 'failed' }: Partial<SupportError> = error instanceof SupportError ? error : {}
      return { ok: false, reason: signal.aborted ? CALLED_OFF : reasonOf(error), hint, code }
    }
  }

  function hold(toolset: Toolset): () => void {
    held.set(toolset, (held.get(toolset) ?? 0) + 1)
    return () => {
      const left = (held.get(toolset) ?? 1) - 1
      if (left > 0) return void held.set(toolset, left)
      held.delete(toolset)
      if (published !== toolset) toolset.retire()
    }
  }

  return {
    current: () => published,
    pending: () => switching?.done,
    publish(customerId, signal) {
      switching?.abort.abort(new Error('another switch began'))
      const abort = new AbortController()
      const done = replace(customerId, signal ? AbortSignal.any([signal, abort.signal]) : abort.signal)
      const entry = { abort, done }
      switching = entry
      void done.finally(() => {
        if (switching === entry) switching = undefined
      })
      return done
    },
    hold(toolset) {
      const releases = new Map([[toolset, hold(toolset)]])
      return {
        deciding(name) {
          const newest = published && knowsOf(published, toolset, name) ? published : toolset
          if (!releases.has(newest)) releases.set(newest, hold(newest))
          return newest
        },
        release() {
          for (const release of releases.values()) release()
        },
      }
    },
    leave() {
      switching?.abort.abort(new Error('left'))
      published?.retire()
      published = undefined
    },
    close() {
      switching?.abort.abort(new Error('closed'))
      published?.retire()
    },
  }
}

/** Not while its server is away: calls then wait for it as before. */
function knowsOf(newest: Toolset, { customer, tools }: Toolset, name: string): boolean {
  const tool = tools.find(one => one.name === name)
  const known = [...newest.tools, ...newest.withheld]
  return (
    newest.customer.id === customer.id &&
    known.some(one => one.server === tool?.server && one.tool === tool.tool)
  )
}

async function buildUnlessAborted(
  build: (customerId: string, signal: AbortSignal) => Promise<Toolset>,
  customerId: string,
  signal: AbortSignal,
): Promise<Toolset> {
  const building = build(customerId, signal)
  // If the switch was called off meanwhile, nobody else retires this toolset.
  void building.then(late => signal.aborted && late.retire()).catch(() => {})
  const toolset = await orAborted(building, signal)
  if (toolset.customer.id !== customerId) throw new Error(`got another customer's tools for ${customerId}`)
  signal.throwIfAborted()
  return toolset
}
