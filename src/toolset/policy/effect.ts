// Whether a call reads, writes or destroys: by hints that are trusted, and by what the catalogue says of its arguments.

import { isRecord } from '../../base/records.ts'
import type { EffectRule } from '../../catalog/type.ts'
import type { Tool } from '../../mcp/connection.ts'
import type { Effect, ToolEffects } from '../toolset.ts'

/** A tool, as far as its effect depends on it. */
export interface EffectSubject {
  /** Trusted to change nothing. */
  readOnly: boolean
  inputSchema?: Record<string, unknown>
  /** Default: every call may destroy. */
  effects?: ToolEffects | undefined
}

/** How grave a kind of effect is, to compare two. */
export const GRAVITY: Record<Effect['kind'], number> = { read: 0, write: 1, destructive: 2 }

/** @param trusted whether what its server says of it is trusted */
export function effectsOf(
  { name, destructiveHint }: Pick<Tool, 'name' | 'destructiveHint'>,
  rules: readonly EffectRule[],
  trusted: boolean,
): ToolEffects {
  const otherwise = trusted ? hinted(destructiveHint) : UNTRUSTED
  return { rules: rules.filter(one => one.tool === name), otherwise }
}

export function effectOf(subject: EffectSubject, args: unknown): Effect {
  if (subject.readOnly) return READS
  const rule = subject.effects?.rules.find(one => fits(one, subject, args))
  return rule
    ? { kind: rule.effect, because: causeIn(rule, args) }
    : (subject.effects?.otherwise ?? UNTRUSTED)
}

/** What a call can do at most, unless a rule says of its arguments what it does. */
export function gravestOf({ readOnly, effects }: EffectSubject): Effect['kind'] {
  return readOnly ? 'read' : (effects?.otherwise ?? UNTRUSTED).kind
}

/** When a call of this tool only reads; empty if it never does. */
export function readsWhen({ readOnly, effects }: EffectSubject): string[] {
  if (readOnly) return []
  return (effects?.rules ?? []).filter(one => one.effect === 'read').map(conditionText)
}

const READS: Effect = { kind: 'read', because: 'it is trusted to change nothing' }
const UNTRUSTED: Effect = { kind: 'destructive', because: 'nothing that is trusted says what it changes' }

function hinted(destructive: boolean | undefined): Effect {
  if (destructive === false)
    return { kind: 'write', because: 'its server says that it deletes and overwrites nothing' }
  const says = destructive ? 'its server says so' : 'its server does not say that it deletes nothing'
  return { kind: 'destructive', because: says }
}

/**
 * Only for arguments that are in the schema: a server could read `Operation` as another `operation`. Values are compared as they
 * are, without any conversion.
 */
function fits(rule: EffectRule, { inputSchema }: EffectSubject, args: unknown): boolean {
  const known = inputSchema?.properties
  if (!isRecord(args) || !isRecord(known)) return false
  if (!Object.keys(args).every(name => Object.hasOwn(known, name))) return false
  if (rule.without.some(name => Object.hasOwn(args, name))) return false
  return Object.entries(rule.with).every(
    ([name, values]) => Object.hasOwn(args, name) && values.some(one => one === args[name]),
  )
}

function causeIn(rule: EffectRule, args: unknown): string {
  const given = isRecord(args) ? args : {}
  const values = Object.keys(rule.with).map(name => `${name} is ${JSON.stringify(given[name])}`)
  return [...values, ...withoutText(rule)].join(', ')
}

function withoutText({ effect, without }: EffectRule): string[] {
  if (effect !== 'write' || without.length === 0) return without.map(missing)
  return [`it has no ${without.join(' and no ')}, so it changes nothing that exists`]
}

function conditionText(rule: EffectRule): string {
  const values = Object.entries(rule.with).map(
    ([name, one]) => `${name} is ${one.map(value => JSON.stringify(value)).join(' or ')}`,
  )
  return [...values, ...rule.without.map(missing)].join(', ')
}

function missing(name: string): string {
  return `no ${name} is given`
}
