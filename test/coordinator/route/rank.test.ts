import { describe, expect, it } from 'vitest'
import { type Complexity, complexityOf } from '../../../src/coordinator/route/complexity.ts'
import { type RouteFacts, rank } from '../../../src/coordinator/route/rank.ts'
import { routeNamed } from '../../../src/coordinator/route/routes.ts'
import { aPlatform, aRouting } from '../../helpers/platforms.ts'

const platforms = [
  aPlatform('a', { models: ['big', 'small'] }),
  aPlatform('b', { models: ['mid'] }),
  aPlatform('c', { models: ['new'] }),
]
const routes = ['a/big', 'a/small', 'b', 'c'].flatMap(name => routeNamed(platforms, name) ?? [])

function ranked(
  over: Parameters<typeof aRouting>[0],
  known: Record<string, Partial<RouteFacts>> = {},
  complexity?: Complexity,
) {
  const know = ({ name }: { name: string }): RouteFacts => ({
    costUsd: undefined,
    firstTokenMs: undefined,
    ...known[name],
  })
  return rank(routes, aRouting(over), complexity, know)
}

const names = (...args: Parameters<typeof ranked>) => ranked(...args).map(one => one.route.name)

describe('the order of routes', () => {
  it('is file order by default', () => {
    expect(names({})).toEqual(['a/big', 'a/small', 'b/mid', 'c/new'])
  })

  it('follows "order", by platform or by model, with the others last', () => {
    expect(names({ order: ['c', 'a/small'] })).toEqual(['c/new', 'a/small', 'a/big', 'b/mid'])
  })

  it('by cost puts unknown prices last, never first as if they were free', () => {
    const known = { 'a/big': { costUsd: 0.02 }, 'b/mid': { costUsd: 0.001 }, 'c/new': { costUsd: 0 } }
    expect(names({ strategy: 'cost_optimized' }, known)).toEqual(['c/new', 'b/mid', 'a/big', 'a/small'])
    expect(ranked({ strategy: 'cost_optimized' }, known).map(one => one.rule)).toEqual([
      'cheapest (about $0)',
      'next cheapest (about $0.0010)',
      'next cheapest (about $0.0200)',
      'price unknown',
    ])
  })

  it('by latency tries routes that were never measured, then the fastest to the first token', () => {
    const known = {
      'a/big': { firstTokenMs: 900 },
      'a/small': { firstTokenMs: 300 },
      'b/mid': { firstTokenMs: 500 },
    }
    expect(names({ strategy: 'latency' }, known)).toEqual(['c/new', 'a/small', 'b/mid', 'a/big'])
  })

  it('by capability follows the tiers', () => {
    const tiers = { premium: ['b'], standard: ['a/big'], cheap: ['a/small'] }
    expect(names({ strategy: 'capability', tiers })).toEqual(['b/mid', 'a/big', 'c/new', 'a/small'])
  })
})

const tiers = { cheap: ['a/small'], standard: ['b'], premium: ['a/big', 'c'] }

describe('a question', () => {
  it.each([
    ['Which alerts are firing?', 'simple', 'a/small'],
    ['How many callers are waiting?', 'simple', 'a/small'],
    ['Welche Alarme gibt es?', 'simple', 'a/small'],
    ['Restart the exporter on node 7, then tell me', 'ordinary', 'b/mid'],
    ['Why did the queue break down last night?', 'high', 'a/big'],
    ['Compare the two alertmanagers', 'high', 'a/big'],
    ['Is it up? Since when? Who was told?', 'high', 'a/big'],
    [`Is this bad? ${'log line '.repeat(80)}`, 'high', 'a/big'],
  ])('such as "%s" is %s and goes to %s', (text, level, first) => {
    const complexity = complexityOf(text, { tiers }, false)
    expect(complexity.level).toBe(level)
    const [best] = ranked({ tiers }, {}, complexity)
    expect(best?.route.name).toBe(first)
    expect(best?.rule).toMatch(new RegExp(`^${level} -> \\w+ tier \\(.+\\); `))
  })

  it('that is marked critical is critical, no matter what it says', () => {
    expect(complexityOf('Which alerts?', { tiers }, true)).toMatchObject({
      level: 'critical',
      tier: 'premium',
    })
  })

  it('of a tier without routes follows the strategy', () => {
    const none = complexityOf('Which alerts?', aRouting(), false)
    expect(none.tier).toBeUndefined()
    expect(names({}, {}, none)[0]).toBe('a/big')
  })

  it('says of routes outside the tier how they compare among themselves', () => {
    const simple = complexityOf('Which alerts?', { tiers }, false)
    const known = { 'a/small': { costUsd: 0.02 }, 'b/mid': { costUsd: 0.01 }, 'c/new': { costUsd: 0.03 } }
    const rules = ranked({ tiers, strategy: 'cost_optimized' }, known, simple).map(one => one.rule)
    expect(rules).toEqual([
      expect.stringMatching(/; cheapest \(about \$0\.0200\)$/),
      'not in the cheap tier; cheapest (about $0.0100)',
      'not in the cheap tier; next cheapest (about $0.0300)',
      'not in the cheap tier; price unknown',
    ])
  })

  it('can fall back to routes of other tiers', () => {
    const simple = complexityOf('Which alerts?', { tiers }, false)
    expect(names({ tiers }, {}, simple)).toEqual(['a/small', 'a/big', 'b/mid', 'c/new'])
  })
})
