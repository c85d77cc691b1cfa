import { describe, expect, it } from 'vitest'
import { type BreakerMemory, openBreakers } from '../../../src/coordinator/route/breaker.ts'
import { routeNamed } from '../../../src/coordinator/route/routes.ts'
import { type FaultDetail, PlatformFault, type PlatformFaultKind } from '../../../src/platforms/platform.ts'
import { aPlatform } from '../../helpers/platforms.ts'

const platforms = [aPlatform('p', { models: ['m', 'n'] }), aPlatform('q', { models: ['m'] })]

function route(name: string) {
  const found = routeNamed(platforms, name)
  if (!found) throw new Error(name)
  return found
}

const [m, n, q] = [route('p/m'), route('p/n'), route('q/m')]
const fault = (kind: PlatformFaultKind, detail?: FaultDetail) => new PlatformFault('p', kind, kind, detail)

function breakers(start = 1_000_000) {
  let time = start
  const saved = new Map<string, BreakerMemory>()
  const save = (key: string, memory: BreakerMemory | undefined) =>
    memory ? void saved.set(key, memory) : void saved.delete(key)
  const one = openBreakers({ now: () => time, save })
  const pass = (milliseconds: number) => {
    time += milliseconds
  }
  const until = (of = m) => {
    const state = one.state(of)
    return state.state === 'open' ? state.until - start : state.state
  }
  return { ...one, pass, until, saved, now: () => time }
}

describe('a breaker', () => {
  it('that is still closed says how the last request failed, until one has worked', () => {
    const it = breakers()
    expect(it.state(m)).toEqual({ state: 'closed' })
    it.failed(m, fault('network'))
    it.failed(m, fault('network'))
    expect([it.state(m), it.state(n), it.state(q)]).toEqual([
      { state: 'closed', failing: 'network' },
      { state: 'closed', failing: 'network' },
      { state: 'closed' },
    ])
    it.succeeded(m)
    expect(it.state(n)).toEqual({ state: 'closed' })
  })

  it.each([
    ['seconds', { afterMs: 20_000 }, 20_000],
    ['a date', { at: 1_045_000 }, 45_000],
    ['milliseconds', { afterMs: 300 }, 300],
    ['a year', { afterMs: 365 * 86_400_000 }, 86_400_000],
  ])('opens at once on a rate limit, for as long as the vendor says in %s', (_form, retry, expected) => {
    const it = breakers()
    it.failed(m, fault('rate_limit', { retry }))
    expect(it.until()).toBe(expected)
  })

  it.each([
    ['a date that is over', { at: 5 }],
    ['no time at all', { afterMs: 0 }],
  ])('opens as if the vendor had not said for how long, when it says %s', (_form, retry) => {
    const it = breakers()
    it.failed(m, fault('rate_limit', { retry }))
    expect(it.until()).toBe(5_000)
  })

  it('opens for 5 s, 10 s, 20 s up to 5 min if the vendor states no time, and starts over after a success', () => {
    const it = breakers()
    const pauses = Array.from({ length: 9 }, () => {
      it.failed(m, fault('overloaded'))
      const state = it.state(m)
      const pause = state.state === 'open' ? state.until - it.now() : 0
      it.pass(pause)
      return pause / 1_000
    })
    expect(pauses).toEqual([5, 10, 20, 40, 80, 160, 300, 300, 300])
    it.succeeded(m)
    it.failed(m, fault('overloaded'))
    it.pass(4_999)
    expect(it.state(m).state).toBe('open')
    it.pass(1)
    expect(it.state(m).state).toBe('half-open')
  })

  it('never shortens a pause', () => {
    const it = breakers()
    it.failed(m, fault('rate_limit', { retry: { afterMs: 60_000 } }))
    it.failed(m, fault('rate_limit', { retry: { afterMs: 1_000 } }))
    expect(it.until()).toBe(60_000)
  })

  it.each(['server', 'timeout', 'truncated', 'network'] as const)(
    'opens only on the third %s in a row',
    kind => {
      const it = breakers()
      it.failed(m, fault(kind))
      it.failed(m, fault(kind))
      expect(it.until()).toBe('closed')
      it.succeeded(m)
      it.failed(m, fault(kind))
      it.failed(m, fault(kind))
      expect(it.until()).toBe('closed')
      it.failed(m, fault(kind))
      expect(it.until()).toBe(5_000)
    },
  )

  it.each([
    ['rate_limit', 'closed'],
    ['not_found', 'closed'],
    ['quota', 300_000],
    ['auth', 300_000],
  ] as const)('of %s leaves the other models of the platform: %s', (kind, other) => {
    const it = breakers()
    it.failed(m, fault(kind))
    expect(it.until(n)).toBe(other)
    expect(it.until(q)).toBe('closed')
  })

  it.each(['bad_request', 'context_overflow', 'content_filter', 'aborted'] as const)(
    'is not affected by %s',
    kind => {
      const it = breakers()
      for (let i = 0; i < 5; i++) it.failed(m, fault(kind))
      expect(it.until()).toBe('closed')
    },
  )

  it('allows one trial at a time after the pause', () => {
    const it = breakers()
    it.failed(m, fault('auth'))
    expect(it.admit(m)).toBe(false)
    it.pass(300_000)
    expect([it.admit(m), it.admit(m), it.admit(n)]).toEqual([true, false, false])
    it.abandoned(m)
    expect([it.admit(n), it.admit(m)]).toEqual([true, false])
    it.failed(n, fault('auth'))
    expect(it.admit(m)).toBe(false)
  })

  it('is closed by a success', () => {
    const it = breakers()
    it.failed(m, fault('quota'))
    it.pass(300_000)
    expect(it.admit(m)).toBe(true)
    it.succeeded(m)
    expect([it.admit(m), it.admit(m), it.until()]).toEqual([true, true, 'closed'])
    expect(it.saved.size).toBe(0)
  })

  it.each([
    ['auth', 'half-open'],
    ['quota', 300_000],
    ['rate_limit', 5_000],
  ] as const)('of %s after a listing call that worked: %s', (kind, expected) => {
    const it = breakers()
    it.failed(m, fault(kind))
    it.listed('p')
    expect(it.until()).toBe(expected)
  })

  it('does not trust the listing twice for a key that can list but not answer', () => {
    const it = breakers()
    it.failed(m, fault('auth'))
    it.listed('p')
    expect(it.admit(m)).toBe(true)
    it.failed(m, fault('auth'))
    it.listed('p')
    expect(it.until()).toBe(300_000)
    it.succeeded(m)
    it.failed(m, fault('auth'))
    it.listed('p')
    expect(it.until()).toBe('half-open')
  })

  it('stores no vendor message about a question, which may repeat the question', () => {
    const it = breakers()
    it.failed(m, new PlatformFault('p', 'overloaded', 'cannot process "call +49 171 555"'))
    expect(JSON.stringify([...it.saved.values()])).not.toContain('171')
    expect(it.state(m)).toMatchObject({ kind: 'overloaded', reason: '' })
  })

  it('ignores an edited memory, and shortens a pause of years', () => {
    const good = { key: 'p/m', kind: 'auth', reason: '', openUntil: 4e12, failures: 1, opened: 1 }
    const saved = [null, { key: 'p/n' }, { ...good, key: 'q/m', kind: 'nonsense' }, good] as BreakerMemory[]
    const one = openBreakers({ now: () => 1_000, saved: () => saved })
    expect(one.state(m)).toMatchObject({ state: 'open', until: 1_000 + 86_400_000 })
    expect([one.state(n).state, one.state(q).state]).toEqual(['closed', 'closed'])
  })

  it.each(['rate_limit', 'auth', 'server'] as const)(
    'closes and counts from the start when what failed with %s is not what is asked now',
    kind => {
      let key = 'old'
      const saved = new Map<string, BreakerMemory | undefined>()
      const one = openBreakers({
        now: () => 1_000,
        fingerprint: ({ name }) => `${name} ${key}`,
        save: (name, memory) => void saved.set(name, memory),
      })
      for (let i = 0; i < 3; i++) one.failed(m, fault(kind))
      expect(one.state(m).state).toBe('open')
      key = 'new'
      expect([one.state(m).state, one.admit(m)]).toEqual(['closed', true])
      expect([...saved.values()]).toEqual([undefined])
      one.failed(m, fault('server'))
      expect(one.state(m).state).toBe('closed')
    },
  )

  it('of an older version, which does not know what it failed with, stays as it was', () => {
    const saved = { key: 'p', kind: 'auth' as const, reason: '', openUntil: 9_000, failures: 1, opened: 1 }
    const one = openBreakers({ now: () => 1_000, saved: () => [saved], fingerprint: () => 'known' })
    expect(one.state(m)).toMatchObject({ state: 'open', key: 'p', until: 9_000 })
  })

  it('is closed by a reset of its platform, with those of its models and no others', () => {
    const it = breakers()
    it.failed(m, fault('auth'))
    it.failed(n, fault('rate_limit'))
    it.failed(q, fault('overloaded'))
    expect(it.reset('p').map(one => one.kind)).toEqual(['auth', 'rate_limit'])
    expect([it.until(m), it.until(n), it.until(q)]).toEqual(['closed', 'closed', 5_000])
    expect([...it.saved.keys()]).toEqual(['q/m'])
    expect(it.reset('p')).toEqual([])
  })

  it('is remembered by the next run', () => {
    const it = breakers()
    it.failed(m, fault('rate_limit', { retry: { afterMs: 60_000 } }))
    const next = openBreakers({ now: it.now, saved: () => [...it.saved.values()] })
    expect(next.state(m)).toEqual({
      state: 'open',
      key: 'p/m',
      until: 1_060_000,
      kind: 'rate_limit',
      reason: '',
    })
    expect(next.admit(m)).toBe(false)
  })
})
