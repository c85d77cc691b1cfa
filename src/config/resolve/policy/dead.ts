// Rules that can never match. What is said here must be certain: a rule is dead only if one earlier rule matches all of it.

import type { Reporter } from '../../document/problems.ts'
import type { Customer, PolicyRule, Server } from '../../project.ts'
import { fitsPattern } from '../../settings/tool-patterns.ts'

/**
 * Advises about each rule that can never match, with the reason.
 *
 * @param except indexes of rules about which something was said already
 */
export function adviseDeadRules(
  reporter: Reporter,
  rules: readonly PolicyRule[],
  { customers, except }: { customers: readonly Customer[]; except: ReadonlySet<number> },
): void {
  for (const [index, rule] of rules.entries()) {
    if (except.has(index)) continue
    const reason = deathOf(rule, rules.slice(0, index), customers)
    if (reason !== undefined)
      reporter.advise(['policy', index], `can never match: ${reason}`, 'correct it, or remove it')
  }
}

function deathOf(
  rule: PolicyRule,
  earlier: readonly PolicyRule[],
  customers: readonly Customer[],
): string | undefined {
  const named = customers.filter(one => includes(rule.customers, one.id))
  if (named.length === 0) return 'none of its customers has such an environment'
  const servers = named.flatMap(one => one.servers).filter(one => isOfRule(rule, one))
  if (servers.length === 0)
    return `${named.length === 1 ? 'the customer has' : 'the customers have'} no such server`
  if (rule.access === 'write' && rule.action !== 'deny') {
    if (rule.roles && !rule.roles.includes('read-write')) return 'a read-only role never writes'
    if (servers.every(one => one.access === 'read-only')) return 'read-only customers never write'
  }
  const shadow = earlier.find(one => covers(one, rule, servers))
  return shadow && `rule ${shadow.number} already matches all its calls`
}

/** Whether `first` matches every call to these servers that `second` matches. */
function covers(first: PolicyRule, second: PolicyRule, servers: readonly Server[]): boolean {
  return (
    servers.every(one => isOfRule(first, one)) &&
    coversTools(first.tools, second.tools) &&
    (first.access === undefined || first.access === second.access) &&
    (!first.roles || (second.roles ?? ALL_ROLES).every(role => includes(first.roles, role))) &&
    (!first.time || JSON.stringify(first.time) === JSON.stringify(second.time)) &&
    coversArguments(first, second)
  )
}

const ALL_ROLES = ['read-only', 'read-write'] as const

/**
 * A pattern covers another one that it fits as text: the `*` in that one can only be matched by a `*`. Whole names
 * (`server__tool`) are compared as they are.
 */
function coversTools(first: string[] | undefined, second: string[] | undefined): boolean {
  if (!first) return true
  const fits = (pattern: string, wide: string) =>
    pattern === wide || wide === '*' || (!`${pattern}${wide}`.includes('__') && fitsPattern(pattern, wide))
  return second?.every(pattern => first.some(wide => fits(pattern, wide))) ?? first.includes('*')
}

/** Of a list in the arguments, a rule that allows needs all values to match, and any other rule one. */
function coversArguments(first: PolicyRule, second: PolicyRule): boolean {
  if (first.arguments.length === 0) return true
  if (first.action === 'allow' && second.action !== 'allow') return false
  const texts = second.arguments.map(one => JSON.stringify(one))
  return first.arguments.every(one => texts.includes(JSON.stringify(one)))
}

function isOfRule({ customers, servers }: PolicyRule, { customer, name }: Server): boolean {
  return includes(customers, customer) && (!servers || servers.some(one => fitsPattern(name, one)))
}

function includes<T>(list: readonly T[] | undefined, one: T): boolean {
  return !list || list.includes(one)
}
