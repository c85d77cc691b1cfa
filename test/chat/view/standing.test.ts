import { expect, it } from 'vitest'
import { columnsOf } from '../../../src/base/text/columns.ts'
import { reduce } from '../../../src/chat/view/reduce.ts'
import { type ChatEvent, firstView, type Standing } from '../../../src/chat/view/view.ts'
import { standingParts } from '../../../src/chat/view/words/standing.ts'

const customer = { id: 'segura', name: 'Segura Caixa', production: true, access: 'read-write' } as const
const standing: Standing = {
  servers: { ready: 3, of: 3 },
  model: 'claude-sonnet-5',
  used: 12_400,
  window: 200_000,
  today: { usd: 0.0421, unknown: 0 },
}

function lineAt(width: number, more: Partial<Standing> = {}, who = customer): string {
  const view = { ...firstView(who), standing: { ...standing, ...more } }
  return standingParts(view, width)
    .map(group => group.map(one => one.text).join(''))
    .join(' · ')
}

it('tells all where there is room, and first leaves out what matters least', () => {
  expect(lineAt(120)).toBe(
    'Segura Caixa PROD · read-write · 3 servers · claude-sonnet-5 · 6 % of 200k tokens · $0.0421 today',
  )
  expect(lineAt(80)).toBe('Segura Caixa PROD · read-write · 3 servers · 6 % of 200k tokens · $0.0421 today')
  expect(lineAt(60)).toBe('Segura Caixa PROD · read-write · 3 servers · $0.0421 today')
  expect(lineAt(40)).toBe('Segura Caixa PROD · read-write')
})

it('never wraps, and never loses PROD or the access, whatever the name', () => {
  for (const name of [
    'A',
    'Ein sehr langer Name einer sehr großen Firma mit vielen Töchtern',
    '東京電力ホールディングス株式会社',
  ])
    for (let width = 24; width <= 200; width++) {
      const line = lineAt(width, {}, { ...customer, name } as typeof customer)
      expect(columnsOf(line)).toBeLessThanOrEqual(width)
      expect(line).toContain('PROD · read-write')
    }
})

it('says what is not known by leaving it out, and what is not ready in so many words', () => {
  const nothing = {
    servers: undefined,
    model: undefined,
    used: undefined,
    window: undefined,
    today: undefined,
  }
  expect(lineAt(120, nothing)).toBe('Segura Caixa PROD · read-write')
  expect(lineAt(120, { ...nothing, servers: { ready: 1, of: 3 } })).toContain('1 of 3 servers')
  expect(lineAt(120, { ...nothing, used: 1_234 })).toContain('1,234 tokens')
  expect(lineAt(120, { ...nothing, today: { usd: 0, unknown: 2 } })).toContain('cost unknown today')
  expect(lineAt(120, { ...nothing, used: 100, window: 1_000_000 })).toContain('<1 % of 1M tokens')
})

it('counts a server as ready only if it was listed and its test call was answered', () => {
  const missing = [{ server: 'b', state: 'stopped', reason: '', hint: '' }]
  const toolset = { servers: 3, tools: 9, withheld: 0, missing }
  const degraded = { server: 'c', state: 'degraded', reason: 'no', hint: '' }
  const open = { server: 'a', state: 'ready', reason: '', hint: 'an open door' }
  const events: ChatEvent[] = [
    { type: 'published', customer: 'segura', toolset },
    { type: 'checked', customer: 'segura', troubled: [degraded, open] },
  ]
  const [published, checked] = events.map((_, i) =>
    events.slice(0, i + 1).reduce(reduce, firstView(customer)),
  )
  expect(published?.standing.servers).toEqual({ ready: 2, of: 3 })
  expect(checked?.standing.servers).toEqual({ ready: 1, of: 3 })
})

it('forgets everything at a switch', () => {
  const view = { ...firstView(customer), standing }
  const other = { ...customer, id: 'other' }
  expect(reduce(view, { type: 'switching', customer: other }).standing).toEqual({
    servers: undefined,
    model: undefined,
    used: undefined,
    window: undefined,
    today: undefined,
  })
  const late: ChatEvent = { type: 'standing', customer: 'segura', standing: { model: 'x' } }
  expect(reduce(reduce(view, { type: 'switching', customer: other }), late).standing.model).toBeUndefined()
})
