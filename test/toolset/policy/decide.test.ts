import { describe, expect, it } from 'vitest'
import type { Access, PolicyRule } from '../../../src/config/project.ts'
import {
  compilePolicy,
  denialText,
  type PolicySubject,
  standingDenial,
} from '../../../src/toolset/policy/decide.ts'
import { rulesOf } from '../../helpers/rules.ts'

const ACME = { id: 'acme', access: 'read-write' } as const
const silence = subject('alertmanager', 'create_silence', false)
const alerts = subject('alertmanager', 'get_alerts', true)
const search = subject('grafana', 'search_dashboards', true)

function subject(server: string, tool: string, readOnly: boolean): PolicySubject {
  return { server, tool, name: `${server}__${tool}`, readOnly }
}

/** What the rules do with a call of the tool. */
function kindOf(
  rules: PolicyRule[] | undefined,
  one: PolicySubject,
  { args = {}, role = 'read-write', now = 0 }: { args?: unknown; role?: Access; now?: number } = {},
): string {
  return compilePolicy(rules, ACME).decide({ subject: one, args, role, now }).kind
}

describe('without a policy', () => {
  it('reads are allowed, and writes need approval', () => {
    expect(kindOf(undefined, alerts)).toBe('allow')
    expect(kindOf(undefined, silence)).toBe('ask')
  })
})

describe('the rules of a policy', () => {
  it('are tried in their order, and the first that matches decides', () => {
    const rules = rulesOf({ tools: ['*silence*'], action: 'deny', message: 'not here' }, { action: 'allow' })
    const { decide } = compilePolicy(rules, ACME)
    const decision = decide({ subject: silence, args: {}, role: 'read-write', now: 0 })
    expect(decision).toMatchObject({ kind: 'deny', rule: { number: 1 }, because: 'rule 1 of "policy"' })
    expect(denialText(decision)).toBe('not here (rule 1 of "policy")')
    expect(kindOf(rules, alerts)).toBe('allow')
  })

  it('deny what none of them matches, and an empty list denies everything', () => {
    const none = compilePolicy(rulesOf({ servers: ['grafana'], action: 'allow' }), ACME)
    const decision = none.decide({ subject: alerts, args: {}, role: 'read-write', now: 0 })
    expect(denialText(decision)).toBe('no rule of "policy" matches')
    const empty = compilePolicy([], ACME).decide({ subject: alerts, args: {}, role: 'read-write', now: 0 })
    expect(denialText(empty)).toBe('"policy" is empty, so no call is allowed')
  })

  it('apply only to the customers that they name', () => {
    const rules = rulesOf({ customers: ['bolt'], action: 'deny' }, { action: 'allow' })
    expect(kindOf(rules, alerts)).toBe('allow')
  })

  it.each([
    ['create_silence', true],
    ['*silence*', true],
    ['alertmanager__create_silence', true],
    ['alertmanager__*', true],
    ['grafana__*', false],
    ['alertmanager', false],
    ['Create_Silence', false],
  ])('match tools by their name, or by a pattern with "__" by the whole one: %s', (pattern, matches) => {
    expect(kindOf(rulesOf({ tools: [pattern], action: 'allow' }), silence)).toBe(matches ? 'allow' : 'deny')
  })

  it('tell reads from writes, and roles apart', () => {
    const rules = rulesOf(
      { access: 'write', action: 'ask' },
      { roles: ['read-only'], servers: ['alertmanager'], action: 'allow' },
      { roles: ['read-write'], action: 'allow' },
    )
    expect(kindOf(rules, silence)).toBe('ask')
    expect(kindOf(rules, search, { role: 'read-only' })).toBe('deny')
    expect(kindOf(rules, alerts, { role: 'read-only' })).toBe('allow')
    expect(kindOf(rules, search)).toBe('allow')
  })
})

describe('the read-only wall', () => {
  const everything = rulesOf({ action: 'allow' })

  it('stands in front of every rule', () => {
    expect(kindOf(everything, silence, { role: 'read-only' })).toBe('deny')
    const readOnly = compilePolicy(everything, { id: 'acme', access: 'read-only' })
    const decision = readOnly.decide({ subject: silence, args: {}, role: 'read-write', now: 0 })
    expect(denialText(decision)).toBe('it may change something, and the customer is read-only')
  })
})

describe('conditions on arguments', () => {
  const when = (path: string, ...values: string[]) => [{ path, values }]
  const kind = (action: 'allow' | 'deny', path: string, values: string[], args: unknown) =>
    kindOf(rulesOf({ arguments: when(path, ...values), action }, { action: 'ask' }), alerts, { args })

  it.each([
    [{ team: 'db' }, 'team', ['db'], 'allow'],
    [{ team: 'db' }, 'team', ['web', 'd*'], 'allow'],
    [{ labels: { team: 'db' } }, 'labels.team', ['db'], 'allow'],
    [{ 'labels.team': 'db' }, 'labels.team', ['db'], 'allow'],
    [{ 'labels.team': 'db', labels: { team: 'web' } }, 'labels.team', ['db'], 'ask'],
    [{ limit: 5, all: true, of: null }, 'limit', ['5'], 'allow'],
    [{ all: true }, 'all', ['true'], 'allow'],
    [{ of: null }, 'of', ['null'], 'allow'],
    [{ of: Number.POSITIVE_INFINITY }, 'of', ['null'], 'allow'],
    [{ of: Number.NEGATIVE_INFINITY }, 'of', ['-Inf*'], 'ask'],
    [{ limit: -0 }, 'limit', ['0'], 'allow'],
    [{}, 'team', ['*'], 'ask'],
    [{ team: {} }, 'team', ['*'], 'ask'],
    [{}, 'constructor.name', ['*'], 'ask'],
    [undefined, 'team', ['*'], 'ask'],
  ])('look at the value at their path: %j, %s = %j', (args, path, values, expected) => {
    expect(kind('allow', path, values, args)).toBe(expected)
  })

  it('need every value of a list for an allowance, and one for a denial', () => {
    const both = { matchers: [{ name: 'team' }, { name: 'env' }] }
    expect(kind('allow', 'matchers.name', ['team'], both)).toBe('ask')
    expect(kind('allow', 'matchers.name', ['team', 'env'], both)).toBe('allow')
    expect(kind('allow', 'matchers.name', ['team'], { matchers: [] })).toBe('ask')
    expect(kind('allow', 'matchers.name', ['team'], { matchers: [{ name: 'team' }, {}] })).toBe('ask')
    expect(kind('deny', 'matchers.name', ['env'], both)).toBe('deny')
  })

  it.each([
    [{ operation: 'list', Operation: 'delete' }],
    [{ operation: 'list', _operation: 'delete' }],
    [{ operation: 'list', '\uff4fperation': 'delete' }],
    [{ Operation: 'delete' }],
  ])('also hold for what a server may read as the same argument: %j', args => {
    expect(kind('allow', 'operation', ['list'], args)).toBe('ask')
    expect(kind('deny', 'operation', ['delete'], args)).toBe('deny')
  })

  it('hold for similar names inside of others, too', () => {
    const args = { dry_run: { mode: 'all' }, dryRun: { Mode: 'none' } }
    expect(kind('allow', 'dry_run.mode', ['all'], args)).toBe('ask')
    expect(kind('deny', 'dry_run.mode', ['none'], args)).toBe('deny')
  })

  it('allow nothing because of a similar name alone', () => {
    expect(kind('allow', 'operation', ['list'], { Operation: 'list' })).toBe('ask')
  })
})

describe('conditions on the time', () => {
  const at = (text: string) => Date.parse(text)
  const day = { days: [1, 2, 3, 4, 5], from: 8 * 60, to: 18 * 60, zone: 'Europe/Berlin' }
  const night = { days: [5], from: 22 * 60, to: 6 * 60, zone: 'UTC' }

  it.each([
    [day, '2026-11-26T07:00:00Z', true],
    [day, '2026-11-26T06:59:59Z', false],
    [day, '2026-11-26T16:59:59Z', true],
    [day, '2026-11-26T17:00:00Z', false],
    [day, '2026-07-02T06:00:00Z', true],
    [day, '2026-11-28T10:00:00Z', false],
    [night, '2026-11-27T22:00:00Z', true],
    [night, '2026-11-28T05:59:00Z', true],
    [night, '2026-11-28T06:00:00Z', false],
    [night, '2026-11-27T05:00:00Z', false],
    [{ ...day, days: undefined, from: 0, to: 24 * 60 }, '2026-11-28T22:59:00Z', true],
  ])('hold within their hours and days, in their zone: %j at %s', (time, now, holds) => {
    expect(kindOf(rulesOf({ time, action: 'allow' }), alerts, { now: at(now) })).toBe(
      holds ? 'allow' : 'deny',
    )
  })
})

describe('a standing denial', () => {
  const denial = (...rules: Parameters<typeof rulesOf>) =>
    standingDenial(compilePolicy(rulesOf(...rules), ACME), silence, 'read-write')

  it('is one that no arguments and no time can change', () => {
    const when = { arguments: [{ path: 'team', values: ['db'] }] }
    expect(denial({ ...when, action: 'deny' }, { action: 'deny', message: 'no' })?.rule?.number).toBe(2)
    expect(denial({ ...when, action: 'deny' })?.because).toBe('no rule of "policy" matches')
    expect(denial({ ...when, action: 'allow' }, { action: 'deny' })).toBeUndefined()
    expect(denial({ action: 'deny' }, { ...when, action: 'allow' })?.rule?.number).toBe(1)
  })
})
