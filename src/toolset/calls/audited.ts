// The one way to a tool, whoever calls: the gate, the work, and the record of both.

import { LOCAL, type Principal } from '../../access/principal.ts'
import type { Decision } from '../policy/decide.ts'
import type { ToolCallOptions, ToolOutcome } from '../toolset.ts'
import { type Admitted, admit, type Generation, type Refused, serverOf } from './gate.ts'
import type { AuditedCall } from './trail.ts'

/** What a call came to. */
export interface Worked<T> {
  kind: ToolOutcome['kind']
  /** Size of the result, for the record. */
  bytes: number
  value: T
}

/** Without a record of its start, a write is not sent. Throws only what `work` throws. */
export async function audited<T>(
  generation: Generation,
  { name, args, ...options }: { name: string; args: unknown } & ToolCallOptions,
  work: (admitted: Admitted) => Promise<Worked<T>>,
): Promise<Worked<T> | Refused> {
  const { audit } = generation
  const admitted = await admit(generation, name, args, options)
  const call = callOf(generation, { name, args, by: options.by, decision: admitted.decision })
  if (isRefused(admitted)) {
    audit?.ended(call, { outcome: admitted.kind, took: 0, bytes: 0 })
    return admitted
  }
  const start = admitted.tool.readOnly ? undefined : audit?.started(call)
  if (start && 'reason' in start) return unrecorded(name, start.reason)
  const begun = performance.now()
  let worked: Worked<T> | undefined
  try {
    worked = await work(admitted)
    return worked
  } finally {
    const { kind = 'failed', bytes = 0 } = worked ?? {}
    audit?.ended(call, { outcome: kind, took: performance.now() - begun, bytes }, start?.number)
  }
}

export function isRefused(result: object): result is Refused {
  return 'text' in result
}

function callOf(
  generation: Generation,
  {
    name,
    args,
    by = LOCAL,
    decision,
  }: { name: string; args: unknown; by: Principal | undefined; decision: Decision | undefined },
): AuditedCall {
  const tool = generation.offered.get(name)
  const server = tool ? serverOf(generation, { tool, args }) : ''
  return { by, customer: generation.customer, server, tool: tool?.tool ?? name, args, decision }
}

function unrecorded(name: string, reason: string): Refused {
  return { kind: 'denied', text: `${name} was not run: the audit record cannot be written (${reason})` }
}
