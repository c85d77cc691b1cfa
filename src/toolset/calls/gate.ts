// What stands before every call, whatever asks for it: is the tool offered, and may it run now?

import { LOCAL, type Principal } from '../../access/principal.ts'
import { isRecord } from '../../base/records.ts'
import { didYouMean } from '../../base/text/words.ts'
import { orAborted } from '../../base/waiting/aborted.ts'
import type { ConnectionPool } from '../../mcp/pool.ts'
import type { ResourceReader, SeenLinks } from '../resources/reader.ts'
import type { Approve, OfferedTool, ToolCallOptions, ToolOutcome } from '../toolset.ts'

/** One generation of a toolset, as its calls need it. */
export interface Generation {
  customer: string
  pool: ConnectionPool
  offered: ReadonlyMap<string, OfferedTool>
  /** Undefined if no server has resources. */
  resources: ResourceReader | undefined
  /** What the results of this customer's servers link to. */
  seen: SeenLinks
  /** Name offered to models → why it is not: `is withheld: …`. */
  refusals: ReadonlyMap<string, string>
  /** Fires when the generation is retired. */
  retired: AbortSignal
  mostBytes: number
}

/** A call that may run, until `stop` fires. */
export interface Admitted {
  tool: OfferedTool
  args: Record<string, unknown>
  stop: AbortSignal
}

export interface Refused {
  kind: Exclude<ToolOutcome['kind'], 'answered' | 'failed'>
  /** For a model or a person to read. */
  text: string
}

/** Never throws. */
export async function admit(
  generation: Generation,
  name: string,
  args: unknown,
  { signal, approve, by = LOCAL }: ToolCallOptions,
): Promise<Admitted | Refused> {
  const { retired } = generation
  const stop = signal ? AbortSignal.any([signal, retired]) : retired
  if (stop.aborted) return cancelled(retired)
  const tool = generation.offered.get(name)
  if (!tool) return notOffered(generation, name)
  if (!isRecord(args)) return { kind: 'tool_error', text: `${name}: the arguments must be a JSON object` }
  const refused = tool.readOnly ? undefined : await askForWrite(generation, { tool, args, stop }, approve, by)
  return refused ?? { tool, args, stop }
}

async function askForWrite(
  { customer, retired }: Generation,
  { tool, args, stop }: Admitted,
  approve: Approve,
  by: Principal,
): Promise<Refused | undefined> {
  if (by.role === 'read-only')
    return {
      kind: 'denied',
      text: `${tool.name} was not run: it may change something, and ${by.name} is read-only`,
    }
  const asked = { customer, server: tool.server, tool: tool.tool, args }
  // An open dialog must not outlive its customer.
  const approval = await orAborted(
    approve(asked).catch(() => NO_ANSWER),
    stop,
  ).catch(() => undefined)
  if (stop.aborted || approval === undefined) return cancelled(retired)
  if (approval.allowed) return undefined
  return { kind: 'denied', text: `${tool.name} was not run: ${approval.reason}` }
}

const NO_ANSWER = { allowed: false as const, reason: 'approval could not be requested' }

function notOffered({ refusals, offered }: Generation, name: string): Refused {
  const reason = refusals.get(name)
  if (reason !== undefined) return { kind: 'denied', text: `${name} ${reason}` }
  return { kind: 'unknown_tool', text: `unknown tool ${name}${didYouMean(name, [...offered.keys()])}` }
}

/** @param unknown what must be said of a write that may have run */
export function cancelled(retired: AbortSignal, unknown = ''): Refused {
  const why = retired.aborted ? 'cancelled: the customer or its servers have changed' : 'cancelled'
  return { kind: 'cancelled', text: `${why}${unknown}` }
}
