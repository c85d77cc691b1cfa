import { expect, it } from 'vitest'
import { contextTable } from '../../../src/chat/commands/platforms/context.ts'
import { framedResult } from '../../../src/platforms/calls/framed.ts'
import type { ModelRequest } from '../../../src/platforms/platform.ts'

const tool = (name: string) => ({ name, description: 'x'.repeat(400), inputSchema: {} })
const request: ModelRequest = {
  system: 's'.repeat(4_000),
  tools: [tool('grafana__query'), tool('grafana__list'), tool('alertmanager__list_alerts')],
  messages: [
    { role: 'user', text: 'why is the disk full?' },
    { role: 'assistant', text: '', calls: [{ id: '1', name: 'grafana__query', args: {}, rawArgs: '{}' }] },
    {
      role: 'tool',
      callId: '1',
      name: 'grafana__query',
      text: framedResult(1, 'y'.repeat(20_000)),
      isError: false,
    },
  ],
}

it('tells the largest part first, by tool and message, and its share of the window', () => {
  const lines = contextTable(request, { used: 7_100, window: 10_000 }).split('\n')
  expect(lines[0]).toMatch(/TOKENS, ABOUT +OF THE WINDOW/)
  expect(lines[1]).toMatch(/^\[1\] grafana · query +5,00\d +50 %$/)
  expect(lines[2]).toMatch(/^instructions +1,000 +10 %$/)
  expect(lines[3]).toMatch(/^2 tools of grafana +20\d +2 %$/)
  expect(lines.at(-1)).toBe('the last request and its answer: 7,100 tokens of 10k, counted by the platform')
})

it('the parts add up to what is told as all', () => {
  const numbers = contextTable(request, { used: undefined, window: undefined })
    .split('\n')
    .slice(1)
    .map(line => Number(/ ([\d,]+)(?: +<?\d+ %)?$/.exec(line)?.[1]?.replace(',', '')))
  const all = numbers.pop()
  expect(numbers.reduce((sum, one) => sum + one, 0)).toBe(all)
})

it('a long conversation is told in a few rows', () => {
  const messages = Array.from({ length: 300 }, (_, i) => ({ role: 'user' as const, text: `question ${i}` }))
  const lines = contextTable({ ...request, messages }, { used: undefined, window: 200_000 }).split('\n')
  expect(lines.length).toBeLessThan(20)
  expect(lines.join('\n')).toMatch(/29\d more/)
})

it('calls are named by the results that they are for, and an answer without the marks of bold words', () => {
  const call = (id: string, name: string) => ({ id, name, args: {}, rawArgs: '{}' })
  const result = (number: number, callId: string, name: string) => ({
    role: 'tool' as const,
    callId,
    name,
    text: framedResult(number, 'y'),
    isError: false,
  })
  const messages: ModelRequest['messages'] = [
    { role: 'assistant', text: '', calls: [call('a', 'grafana__list'), call('b', 'grafana__query')] },
    result(1, 'a', 'grafana__list'),
    result(2, 'b', 'grafana__query'),
    { role: 'assistant', text: '', calls: [call('c', 'grafana__list'), call('d', 'grafana__query')] },
    result(3, 'c', 'grafana__list'),
    { role: 'assistant', text: '', calls: [call('a', 'grafana__list')] },
    result(4, 'a', 'grafana__list'),
    { role: 'assistant', text: '**5 alerts** are firing [1]', calls: [] },
  ]
  const table = contextTable({ ...request, messages }, { used: undefined, window: undefined })
  const names = table.split('\n').map(line => line.split(/ {2,}/)[0])
  expect(names).toContain('calls for [1], [2]')
  expect(names).toContain('call for [4]')
  expect(names).toContain('calls for [3], grafana · query')
  expect(names).toContain('answer: 5 alerts are firing [1]')
})
