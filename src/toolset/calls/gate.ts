// Checks every call, from any caller: is the tool offered, and may it run now?

import { LOCAL, type Principal } from '../../access/principal.ts'
import { isRecord } from '../../base/records.ts'
import { didYouMean } from '../../base/text/words.ts'
import { orAborted } from '../../base/waiting/aborted.ts'
import type { Access } from '../../config/project.ts'
import type { ConnectionPool } from '../../mcp/pool.ts'
import { type CompiledPolicy, type Decision, denialText, standingDenial } from '../policy/decide.ts'
import { effectOf } from '../policy/effect.ts'
import type { ResourceReader, SeenLinks } from '../resources/reader.ts'
import type { Approve, CallerOptions, Effect, OfferedTool, ToolOutcome } from '../toolset.ts'
import { signed } from './signed.ts'
import type { AuditTrail } from './trail.ts'

/** One generation of a toolset, as its calls need it. */
export interface Generation {
  customer: string
  pool: ConnectionPool
  /** What the read-only wall lets through; `policy` decides about each call. */
  offered: ReadonlyMap<string, OfferedTool>
  offeredTo(role: Access): readonly OfferedTool[]
  policy: CompiledPolicy
  /** Milliseconds since the epoch. */
  now(): number
  audit: AuditTrail | undefined
  /** Undefined if no server has resources. */
  resources: ResourceReader | undefined
  /** What results of this customer's servers link to. */
  seen: SeenLinks
  /** Tools that are not offered, by the name that they would be offered as. */
  refusals: ReadonlyMap<string, RefusedTool>
  /** Tools of servers that have gone, by name, with the answer to a call. */
  gone: ReadonlyMap<string, { tool: OfferedTool; text: string }>
  /** The tool of this name, if its server has never answered, with the answer to a call. */
  findUnlisted(name: string): { server: string; tool: string; text: string } | undefined
  /** Fires when the generation is retired. */
  retired: AbortSignal
  mostBytes: number
}

/** A tool that is known, and not offered. */
export interface RefusedTool {
  server: string
  tool: string
  /** Why, to follow its name: `is withheld: …`. */
  text: string
}

/** A call that may run, until `stop` fires. */
export interface Admitted {
  tool: OfferedTool
  args: Record<string, unknown>
  stop: AbortSignal
  decision: Decision
  effect: Effect
}

export interface Refused {
  kind: Exclude<ToolOutcome['kind'], 'answered'>
  /** For a model or a person to read. */
  text: string
  /** Of the policy; undefined if it was not asked. */
  decision?: Decision
}

/** Never throws. The signal of the options must fire when the generation is retired, too. */
export async function admit(
  generation: Generation,
  name: string,
  args: unknown,
  options: CallerOptions,
): Promise<Admitted | Refused> {
  if (isStopped(generation, options)) return cancelled(generation.retired)
  const tool = generation.offered.get(name)
  if (!tool) return notOffered(generation, name, options.by ?? LOCAL)
  if (!isRecord(args)) return { kind: 'tool_error', text: `${name}: the arguments must be a JSON object` }
  return admitTool(generation, tool, args, options)
}

/** The same for a tool that is known. */
export async function admitTool(
  generation: Generation,
  tool: OfferedTool,
  given: Record<string, unknown>,
  { signal, approve, by = LOCAL }: CallerOptions,
): Promise<Admitted | Refused> {
  const { retired } = generation
  if (isStopped(generation, { signal })) return cancelled(retired)
  const stop = signal ?? retired
  const args = signed(tool, given, by)
  const decide = () => decisionOn(generation, { tool, args }, by)
  const admitted = { tool, args, stop, decision: decide(), effect: effectOf(tool, args) }
  const { kind } = admitted.decision
  if (kind === 'allow') return admitted
  if (kind === 'deny') return denied(admitted)
  const refused = await asked(generation, admitted, approve)
  if (refused) return refused
  // A person may have taken their time, and the hours of a rule may be over.
  const after = decide()
  return after.kind === 'deny' ? denied({ tool, decision: after }) : admitted
}

function isStopped({ retired }: Generation, { signal }: Pick<CallerOptions, 'signal'>): boolean {
  return retired.aborted || signal?.aborted === true
}

function decisionOn(
  generation: Generation,
  call: Pick<Admitted, 'tool' | 'args'>,
  { role }: Principal,
): Decision {
  const subject = { ...call.tool, server: serverOf(generation, call) }
  return generation.policy.decide({ subject, args: call.args, role, now: generation.now() })
}

/** Our own tool is for all servers, and its arguments name one. */
export function serverOf(
  { resources }: Generation,
  { tool, args }: { tool: OfferedTool; args: unknown },
): string {
  if (tool !== resources?.tool) return tool.server
  return isRecord(args) ? (resources.serverOf(args) ?? '') : ''
}

/** What a server has besides tools, as rules and records name it. */
export type Reachable = 'read_resource' | 'get_prompt'

/** A resource or a prompt of a server, in place of a tool. `name`: what refusals call the request. */
export function reachableTool(server: string, what: Reachable, name: string = what): OfferedTool {
  return { name, server, tool: what, description: '', inputSchema: {}, readOnly: true }
}

/** For a request that only has to be shown to the caller, as mayReach() says. */
export function admitShown(
  { policy, retired }: Generation,
  tool: OfferedTool,
  args: Record<string, unknown>,
  { signal, by = LOCAL }: Pick<CallerOptions, 'signal' | 'by'>,
): Admitted | Refused {
  const decision = standingDenial(policy, tool, by.role)
  if (decision) return denied({ tool, decision })
  return { tool, args, stop: signal ?? retired, decision: SHOWN, effect: effectOf(tool, args) }
}

const SHOWN: Decision = { kind: 'allow', rule: undefined, because: 'it is shown' }

/** Whether this is shown to the caller: unless it is denied whatever the arguments and the time. */
export function mayReach(
  { policy }: Generation,
  { role }: Principal,
  server: string,
  what: Reachable,
): boolean {
  return !standingDenial(policy, reachableTool(server, what), role)
}

function denied({ tool, decision }: Pick<Admitted, 'tool' | 'decision'>): Refused {
  return { kind: 'denied', text: `${tool.name} was not run: ${denialText(decision)}`, decision }
}

/** Why the call is not approved; undefined if it is. */
async function asked(
  generation: Generation,
  { tool, args, stop, decision, effect }: Admitted,
  approve: Approve,
): Promise<Refused | undefined> {
  const { customer, retired } = generation
  const server = serverOf(generation, { tool, args })
  const question = { customer, server, tool: tool.tool, args, effect }
  // An open dialog must not outlive its customer.
  const approval = await orAborted(
    approve(question).catch(() => NO_ANSWER),
    stop,
  ).catch(() => undefined)
  if (stop.aborted || approval === undefined) return cancelled(retired)
  if (approval.allowed) return undefined
  return { kind: 'denied', text: `${tool.name} was not run: ${approval.reason}`, decision }
}

const NO_ANSWER = { allowed: false as const, reason: 'approval could not be requested' }

function notOffered(
  { refusals, offeredTo, gone, findUnlisted, policy }: Generation,
  name: string,
  { role }: Principal,
): Refused {
  const lost = gone.get(name)
  if (lost && !standingDenial(policy, lost.tool, role)) return { kind: 'failed', text: lost.text }
  const refused = refusals.get(name)
  if (refused) return { kind: 'denied', text: `${name} ${refused.text}` }
  const unlisted = findUnlisted(name)
  if (unlisted) return { kind: 'failed', text: unlisted.text }
  const names = offeredTo(role).map(tool => tool.name)
  return { kind: 'unknown_tool', text: `unknown tool ${name}${didYouMean(name, names)}` }
}

/** @param unknown what must be said about a write that may have run */
export function cancelled(retired: AbortSignal, unknown = ''): Refused {
  const why = retired.aborted ? 'cancelled: the customer or its servers have changed' : 'cancelled'
  return { kind: 'cancelled', text: `${why}${unknown}` }
}
