// What happens to a call: the read-only wall first, then the rules of `policy`, in their order.

import type { Access, PolicyRule, RuleAction } from '../../config/project.ts'
import { patternMatcher } from '../../config/settings/tool-patterns.ts'
import { type ArgumentsLookup, argumentsMatcher, lookupIn } from './arguments.ts'
import { timeMatcher } from './clock.ts'
import { type EffectSubject, effectOf, readsWhen } from './effect.ts'

/** A tool, as rules see it. */
export interface PolicySubject extends EffectSubject {
  server: string
  tool: string
  /** As it is offered. */
  name: string
}

export interface PolicyCall {
  subject: PolicySubject
  args: unknown
  role: Access
  /** Milliseconds since the epoch. */
  now: number
}

export interface Decision {
  kind: RuleAction
  /** Undefined if no rule decided. */
  rule: PolicyRule | undefined
  /** What decided: `rule 3 of "policy"`, `no rule of "policy" matches`. */
  because: string
}

/** The rules for one customer. */
export interface CompiledPolicy {
  decide(call: PolicyCall): Decision
  /** Every decision that arguments and the time can lead to, in the order of the rules; the last one holds otherwise. */
  possible(subject: PolicySubject, role: Access): readonly Decision[]
}

interface Candidate {
  decision: Decision
  /** Whether it matches whatever the arguments and the time. */
  always: boolean
  matches(args: ArgumentsLookup, now: number): boolean
}

/** Tools whose rules are remembered; the names come from servers. */
const MOST_REMEMBERED = 10_000

/** @param rules undefined without a `policy`: reads are allowed, and writes need approval */
export function compilePolicy(
  rules: readonly PolicyRule[] | undefined,
  { id, access }: { id: string; access: Access },
): CompiledPolicy {
  const own = rules?.filter(one => one.customers?.includes(id) ?? true)
  const compiled = own?.map(rule => ({ concerns: concernOf(rule), candidate: candidateOf(rule) }))
  const remembered = new Map<string, readonly Candidate[]>()

  function listed(subject: PolicySubject, role: Access, isRead: boolean): readonly Candidate[] {
    const wall = wallOf(subject, role, access)
    if (wall) return [always(wall)]
    if (!rules || !compiled) return [always(isRead ? READS : WRITES)]
    const seen = { ...subject, isRead }
    const fitting = compiled.filter(({ concerns }) => concerns(seen, role)).map(one => one.candidate)
    const last = fitting.findIndex(one => one.always)
    return last >= 0 ? fitting.slice(0, last + 1) : [...fitting, always(rules.length === 0 ? EMPTY : NO_RULE)]
  }

  function candidates(subject: PolicySubject, role: Access, isRead: boolean): readonly Candidate[] {
    const key = `${role} ${subject.readOnly} ${isRead} ${subject.server}/${subject.tool}`
    const known = remembered.get(key)
    if (known) return known
    if (remembered.size >= MOST_REMEMBERED) remembered.clear()
    const list = listed(subject, role, isRead)
    remembered.set(key, list)
    return list
  }

  return {
    decide({ subject, role, args, now }) {
      const lookup = lookupIn(args)
      const isRead = effectOf(subject, args).kind === 'read'
      const found = candidates(subject, role, isRead).find(one => one.always || one.matches(lookup, now))
      return found?.decision ?? NO_RULE
    },
    possible(subject, role) {
      const reads = readsWhen(subject).length > 0 ? candidates(subject, role, true) : []
      return [...reads, ...candidates(subject, role, subject.readOnly)].map(one => one.decision)
    },
  }
}

/** The decision, if it is a denial whatever the arguments and the time. */
export function standingDenial(
  policy: CompiledPolicy,
  subject: PolicySubject,
  role: Access,
): Decision | undefined {
  const possible = policy.possible(subject, role)
  return possible.every(one => one.kind === 'deny') ? possible.at(-1) : undefined
}

/** Why a call is denied, to follow the name of the tool and a colon. */
export function denialText({ rule, because }: Decision): string {
  if (!rule) return WALLS.has(because) ? `${MAY_CHANGE}, and the ${because}` : because
  return rule.message === undefined ? `denied by ${because}` : `${rule.message} (${because})`
}

/** What no rule can change. A tool that also writes stays behind it, even for a call that only reads. */
function wallOf({ readOnly }: PolicySubject, role: Access, access: Access): Decision | undefined {
  if (readOnly) return undefined
  if (access === 'read-only') return CUSTOMER_READ_ONLY
  return role === 'read-only' ? ROLE_READ_ONLY : undefined
}

function noRule(kind: RuleAction, because: string): Decision {
  return { kind, rule: undefined, because }
}

const READS = noRule('allow', 'default for reads')
const WRITES = noRule('ask', 'default for writes')
const EMPTY = noRule('deny', '"policy" is empty, so no call is allowed')
const NO_RULE = noRule('deny', 'no rule of "policy" matches')
const CUSTOMER_READ_ONLY = noRule('deny', 'customer is read-only')
const ROLE_READ_ONLY = noRule('deny', 'role is read-only')

/** The reasons of the wall, each short enough for a row of a table. */
const WALLS: ReadonlySet<string> = new Set([CUSTOMER_READ_ONLY.because, ROLE_READ_ONLY.because])
const MAY_CHANGE = 'it may change something'

/** Why a write of a read-only customer is withheld, in full. */
export const WRITE_WITHHELD = denialText(CUSTOMER_READ_ONLY)

/** What decides, for a row of a table, by the reason why a tool is not offered. */
export function decidingReason(reason: string): string {
  return reason === WRITE_WITHHELD ? CUSTOMER_READ_ONLY.because : reason
}

function always(decision: Decision): Candidate {
  return { decision, always: true, matches: () => true }
}

function candidateOf(rule: PolicyRule): Candidate {
  const { time, arguments: conditions } = rule
  const fitsArguments = argumentsMatcher(rule)
  const fitsTime = time ? timeMatcher(time) : () => true
  return {
    decision: { kind: rule.action, rule, because: `rule ${rule.number} of "policy"` },
    always: !time && conditions.length === 0,
    matches: (args, now) => fitsTime(now) && fitsArguments(args),
  }
}

/** Whether a rule can match calls of a tool by a role. */
function concernOf({
  servers,
  tools,
  access,
  roles,
}: PolicyRule): (subject: PolicySubject & { isRead: boolean }, role: Access) => boolean {
  const serverMatchers = servers?.map(patternMatcher)
  const toolMatchers = tools?.map(toolMatcher)
  return (subject, role) =>
    (!roles || roles.includes(role)) &&
    (access === undefined || (access === 'read') === subject.isRead) &&
    (!serverMatchers || serverMatchers.some(matches => matches(subject.server))) &&
    (!toolMatchers || toolMatchers.some(matches => matches(subject)))
}

/** A pattern that is written like a whole name is compared with that, too: long names end in a hash where they are offered. */
function toolMatcher(pattern: string): (subject: PolicySubject) => boolean {
  const matches = patternMatcher(pattern)
  if (!pattern.includes('__')) return ({ tool }) => matches(tool)
  return ({ server, tool, name }) => matches(tool) || matches(name) || matches(`${server}__${tool}`)
}
