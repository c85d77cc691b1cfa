import { dryRun } from '../../agent/dry-run/dry-run.ts'
import type { Session } from '../../agent/session.ts'
import type { Approve } from '../../toolset/toolset.ts'

type Foresee = (call: Parameters<Approve>[0], signal: AbortSignal) => AsyncIterable<readonly string[]>

/** Asks with the tools of the customer whose call it is; with those of another one, nothing is asked. */
export function foreseeing({ current }: Pick<Session, 'current'>): Foresee {
  return async function* foresee(call, signal) {
    const toolset = current()
    if (toolset?.customer.id !== call.customer) return
    yield* dryRun(toolset, call, { signal, now: () => new Date() })
  }
}
