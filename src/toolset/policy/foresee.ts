// What would happen to a call, without making it: `policy test`.

import type { Access, Customer, PolicyRule, Server } from '../../config/project.ts'
import { leftOutReason } from '../../config/settings/tool-patterns.ts'
import type { Effect } from '../toolset.ts'
import { compilePolicy, type Decision, type PolicySubject, standingDenial } from './decide.ts'
import { type EffectSubject, effectOf } from './effect.ts'
import { isReadByName } from './verdict.ts'

export interface ForeseenCall {
  customer: Pick<Customer, 'id' | 'access'>
  server: Pick<Server, 'name' | 'readOnly' | 'toolChoice'>
  /** By its name without the server. */
  tool: string
  /** As it is offered. */
  name: string
  /** Names that a person has accepted for the patterns of `read_only_tools`. */
  accepted: ReadonlySet<string>
  /** Whether a tool is withheld whose definition is not the pinned one. */
  pinned: boolean
  rules: readonly PolicyRule[] | undefined
  args: unknown
  role: Access
  /** Milliseconds since the epoch. */
  now: number
}

export interface Foreseen {
  /** Undefined if it is unknown: it makes no difference, or the server could not be asked (see `ifWrite`). */
  access: 'read' | 'write' | undefined
  /** What this very call does; undefined if the server was not asked. */
  effect?: Effect
  decision: Decision
  /** Whether it is shown in lists. */
  listed: boolean
  /** The decision for a write, if it differs and the server could not be asked; `decision` is then that for a read. */
  ifWrite?: Decision
  /** Why the server could not say whether the tool is a read or a write. */
  unasked?: string
  /** Why the tool is withheld whatever the policy decides, and what to do: its definition is not the pinned one. */
  withheld?: string
  /** Why its definition could not be compared with the pinned one. */
  unchecked?: string
}

/**
 * What a server says about one of its tools: whether it counts as a read, and why it is withheld if its definition is not the
 * pinned one; or why that is not known.
 */
export type AskServer = () => Promise<(EffectSubject & { withheld?: string }) | { reason: string }>

/** Asks the server only if the answer depends on it: not for what the policy denies anyway. */
export async function foresee(call: ForeseenCall, askServer: AskServer): Promise<Foreseen> {
  const { customer, server, tool, name, rules, args, role, now } = call
  const policy = compilePolicy(rules, customer)
  const subjectOf = (readOnly: boolean): PolicySubject => ({ server: server.name, tool, name, readOnly })
  const foundWith = (asked: EffectSubject): Foreseen => {
    const subject = { ...subjectOf(asked.readOnly), ...asked }
    const decision = policy.decide({ subject, args, role, now })
    return { access: accessOf(asked, args), decision, listed: !standingDenial(policy, subject, role) }
  }
  const asWhat = (readOnly: boolean): Foreseen => ({
    access: readOnly ? 'read' : 'write',
    decision: policy.decide({ subject: subjectOf(readOnly), args, role, now }),
    listed: !standingDenial(policy, subjectOf(readOnly), role),
  })
  if (NO_TOOLS.includes(tool)) return asWhat(true)
  const leftOut = leftOutReason(tool, server.toolChoice)
  if (leftOut !== undefined) return { access: undefined, decision: leftOutBy(leftOut), listed: false }
  const known = isReadByName(tool, { ...server, accepted: call.accepted })
  const [read, write] = [asWhat(true), asWhat(false)]
  const byHint = known === undefined && !isSame(read, write)
  const foreseen = known === undefined ? { ...read, access: undefined } : asWhat(known)
  if (!byHint && (foreseen.decision.kind === 'deny' || !call.pinned)) return foreseen
  const asked = await askServer()
  if ('reason' in asked && byHint) return { ...foreseen, ifWrite: write.decision, unasked: asked.reason }
  if ('reason' in asked) return { ...foreseen, unchecked: asked.reason }
  const effect = effectOf(asked, args)
  const found = { ...foundWith(asked), effect }
  if (asked.withheld === undefined || found.decision.kind === 'deny') return found
  return { ...found, listed: false, withheld: asked.withheld }
}

/** What rules call a server's resources and prompts. */
const NO_TOOLS = ['read_resource', 'get_prompt']

function isSame(one: Foreseen, other: Foreseen): boolean {
  return (
    one.decision.kind === other.decision.kind &&
    one.decision.because === other.decision.because &&
    one.listed === other.listed
  )
}

function accessOf(asked: EffectSubject, args: unknown): 'read' | 'write' {
  return effectOf(asked, args).kind === 'read' ? 'read' : 'write'
}

function leftOutBy(because: string): Decision {
  return { kind: 'deny', rule: undefined, because }
}
