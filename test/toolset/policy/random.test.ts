import { expect, it } from 'vitest'
import type { Access, PolicyRule } from '../../../src/config/project.ts'
import { fitsPattern } from '../../../src/config/settings/tool-patterns.ts'
import { compilePolicy, type PolicyCall, standingDenial } from '../../../src/toolset/policy/decide.ts'
import { noise } from '../../helpers/noise.ts'
import { rulesOf } from '../../helpers/rules.ts'

const SERVERS = ['alertmanager', 'grafana', 'wiki']
const TOOLS = ['get_alerts', 'create_silence', 'delete__all', 'search']
const NOON = Date.parse('2026-11-26T12:00:00Z')
const times = [9, 13, 23].map(hour => ({ days: undefined, from: hour * 60, to: 14 * 60, zone: 'UTC' }))

/** The rules as documented, read one by one for each call. */
function reference(
  rules: PolicyRule[] | undefined,
  customer: { id: string; access: Access },
  { subject, args, role, now }: PolicyCall,
): { kind: string; rule: number | undefined } {
  const { server, tool, readOnly } = subject
  if (!readOnly && (role === 'read-only' || customer.access === 'read-only'))
    return { kind: 'deny', rule: undefined }
  if (!rules) return { kind: readOnly ? 'allow' : 'ask', rule: undefined }
  const minute = new Date(now).getUTCHours() * 60 + new Date(now).getUTCMinutes()
  const team = (args as { team?: string }).team
  for (const rule of rules) {
    const { time } = rule
    if (rule.customers && !rule.customers.includes(customer.id)) continue
    if (rule.servers && !rule.servers.some(one => fitsPattern(server, one))) continue
    const whole = (one: string) => one.includes('__') && fitsPattern(`${server}__${tool}`, one)
    if (rule.tools && !rule.tools.some(one => fitsPattern(tool, one) || whole(one))) continue
    if (rule.access && (rule.access === 'read') !== readOnly) continue
    if (rule.roles && !rule.roles.includes(role)) continue
    if (time && time.from < time.to && (minute < time.from || minute >= time.to)) continue
    if (time && time.from > time.to && minute < time.from && minute >= time.to) continue
    if (rule.arguments.some(one => team === undefined || !one.values.includes(team))) continue
    return { kind: rule.action, rule: rule.number }
  }
  return { kind: 'deny', rule: undefined }
}

it('decide as the documentation says, for random rules and calls, and never widen the wall', () => {
  const below = noise(20_261_126)
  const pick = <T>(list: readonly T[]): T => list[below(list.length)] as T
  const maybe = <T>(value: T): T | undefined => (below(3) === 0 ? value : undefined)
  const rule = () => ({
    customers: maybe([pick(['acme', 'bolt'])]),
    servers: maybe([pick([...SERVERS, '*a*'])]),
    tools: maybe([pick([...TOOLS, 'get_*', 'grafana__*', '*__all'])]),
    access: maybe(pick(['read', 'write'] as const)),
    roles: maybe([pick(['read-only', 'read-write'] as const)]),
    time: maybe(pick(times)),
    arguments: below(3) === 0 ? [{ path: 'team', values: [pick(['db', 'web'])] }] : [],
    action: pick(['allow', 'ask', 'deny'] as const),
  })
  for (let round = 0; round < 2_000; round++) {
    const rules = below(20) === 0 ? undefined : rulesOf(...Array.from({ length: below(8) }, rule))
    const customer = { id: 'acme', access: pick(['read-only', 'read-write'] as const) }
    const policy = compilePolicy(rules, customer)
    for (let call = 0; call < 10; call++) {
      const [server, tool] = [pick(SERVERS), pick(TOOLS)]
      const asked = {
        subject: { server, tool, name: `${server}__${tool}`, readOnly: below(2) === 0 },
        args: pick([{}, { team: 'db' }, { team: 'web' }]),
        role: pick(['read-only', 'read-write'] as const),
        now: NOON + below(12) * 3_600_000,
      }
      const decision = policy.decide(asked)
      const found = { kind: decision.kind, rule: decision.rule?.number }
      expect(found, JSON.stringify({ rules, customer, asked })).toEqual(reference(rules, customer, asked))
      if (standingDenial(policy, asked.subject, asked.role)) expect(found.kind).toBe('deny')
      const isWall = asked.role === 'read-only' || customer.access === 'read-only'
      if (!asked.subject.readOnly && isWall) expect(found.kind).toBe('deny')
    }
  }
})
