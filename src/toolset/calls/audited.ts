// The one way to a tool, for every caller: the gate, the work, and the record of both.

import { LOCAL, type Principal } from '../../access/principal.ts'
import { untilEither } from '../../base/waiting/either.ts'
import { effectOf } from '../policy/effect.ts'
import type { CallerOptions, Effect, ToolOutcome } from '../toolset.ts'
import {
  type Admitted,
  admit,
  admitShown,
  admitTool,
  type Generation,
  type Reachable,
  type Refused,
  reachableTool,
  serverOf,
} from './gate.ts'
import type { AuditedCall } from './trail.ts'

/** The outcome of a call. */
export interface Worked<T> {
  kind: ToolOutcome['kind']
  /** Size of the result, for the record. */
  bytes: number
  /** For how long a person was answering the server meanwhile, in milliseconds (default: nobody was asked). */
  waited?: number
  value: T
}

/** Without a record of its start, a write is not sent. Throws only what `work` throws. */
export function audited<T>(
  generation: Generation,
  { name, args, ...options }: { name: string; args: unknown } & CallerOptions,
  work: (admitted: Admitted) => Promise<Worked<T>>,
): Promise<Worked<T> | Refused> {
  return untilEither(options.signal, generation.retired, async signal => {
    const admitted = await admit(generation, name, args, { ...options, signal })
    const called = calledTool(generation, name, args)
    const sent = isRefused(admitted) ? args : admitted.args
    return recorded(generation, { ...called, args: sent, by: options.by }, admitted, work)
  })
}

/** What records call the tool, whether it is offered or not. */
function calledTool(
  generation: Generation,
  name: string,
  args: unknown,
): Pick<CalledTool, 'server' | 'tool' | 'effect'> {
  const { offered, gone, refusals, findUnlisted } = generation
  const tool = offered.get(name) ?? gone.get(name)?.tool
  if (tool)
    return {
      server: serverOf(generation, { tool, args }),
      tool: tool.tool,
      effect: effectOf(tool, args).kind,
    }
  return refusals.get(name) ?? findUnlisted(name) ?? { server: '', tool: name }
}

/** The same for a request that is not a tool call, such as reading a resource or getting a prompt. */
export function reached<T>(
  generation: Generation,
  { server, what, name = what, isShownEnough = false, args, ...options }: Reaching,
  work: (admitted: Admitted) => Promise<Worked<T>>,
): Promise<Worked<T> | Refused> {
  return untilEither(options.signal, generation.retired, async signal => {
    const tool = reachableTool(server, what, name)
    const admitted = isShownEnough
      ? admitShown(generation, tool, args, { ...options, signal })
      : await admitTool(generation, tool, args, { ...options, signal })
    return recorded(generation, { server, tool: name, args, by: options.by }, admitted, work)
  })
}

export interface Reaching extends CallerOptions {
  server: string
  what: Reachable
  /** What records call it (default: as `what`). */
  name?: string
  /** It needs no approval, and no arguments count: it only has to be shown to the caller. */
  isShownEnough?: boolean
  /** For rules: `uri` of a resource, `name` and `arguments` of a prompt. */
  args: Record<string, unknown>
}

interface CalledTool {
  server: string
  tool: string
  args: unknown
  effect?: Effect['kind']
  by: Principal | undefined
}

async function recorded<T>(
  { audit, customer }: Generation,
  { by = LOCAL, ...called }: CalledTool,
  admitted: Admitted | Refused,
  work: (admitted: Admitted) => Promise<Worked<T>>,
): Promise<Worked<T> | Refused> {
  const call: AuditedCall = { ...called, by, customer, decision: admitted.decision }
  if (isRefused(admitted)) {
    audit?.ended(call, { outcome: admitted.kind, took: 0, bytes: 0 })
    return admitted
  }
  const start = admitted.effect.kind === 'read' ? undefined : audit?.started(call)
  if (start && 'reason' in start) return unrecorded(admitted.tool.name, start.reason)
  const begun = performance.now()
  let worked: Worked<T> | undefined
  try {
    worked = await work(admitted)
    return worked
  } finally {
    const { kind = 'failed', bytes = 0, waited = 0 } = worked ?? {}
    audit?.ended(call, { outcome: kind, took: performance.now() - begun - waited, bytes }, start?.number)
  }
}

export function isRefused(result: object): result is Refused {
  return 'text' in result
}

function unrecorded(name: string, reason: string): Refused {
  return { kind: 'denied', text: `${name} was not run: the audit record cannot be written (${reason})` }
}
