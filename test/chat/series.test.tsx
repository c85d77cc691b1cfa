import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { Toolset } from '../../src/toolset/toolset.ts'
import { newFolder } from '../helpers/folder.ts'
import { callThenSay } from '../helpers/scripted-platform.ts'
import { until } from '../helpers/until.ts'
import { chat, toolsetOf } from './open-chat.tsx'

const T = 1_764_241_200

/** A customer's tools, which return series that are named by their labels. */
async function withSeries(id: string, ...labels: string[]): Promise<Toolset> {
  const data = labels.map((one, i) => ({
    metric: { instance: one },
    values: [1, 2, 3].map(at => [T + at * 60, String(at * (i + 1))]),
  }))
  const text = JSON.stringify({ data })
  return {
    ...toolsetOf(id),
    call: async () => ({ kind: 'answered', text, took: 3, cutBytes: 0 }),
  }
}

it('below a call, its series are drawn, and what labels say moves nothing', async () => {
  const { sees, type, frame } = chat(callThenSay(['s__write', {}]), {}, {}, id =>
    withSeries(id, '\u001b[2Jweb-1', 'web-2\u001b]0;evil\u0007', 'web-3', 'web-4'),
  )
  await sees('1 tool')
  await type('how is the load?')
  await sees('2 turns')
  const lines = frame().split('\n')
  const at = lines.findIndex(line => line.includes('✓ [1] s · write'))
  expect(lines.slice(at + 1, at + 4)).toEqual([
    '    web-1  ▁▄▇  min 1  max 3  last 3',
    '    web-2  ▁▄▇  min 2  max 6  last 6',
    '    web-3  ▁▄▇  min 3  max 9  last 9',
  ])
  expect(lines[at + 4]).toMatch(/ · and 1 more: \/plot 1$/)
  expect(frame()).not.toMatch(/\u001b(?!\[[\d;]*m)/)
})

it('/plot draws the curve of a call, and says what it cannot draw', async () => {
  const { sees, type } = chat(callThenSay(['s__write', {}]), {}, {}, id => withSeries(id, 'web-1', 'web-2'))
  await sees('1 tool')
  await type('how is the load?')
  await sees('2 turns')
  await type('/plot 1 web-2')
  await sees('web-2 · last 6')
  await sees('local time (UTC')
  await type('/plot 1 7')
  await sees('call 1 has no series 7')
  await type('/plot 9')
  await sees('there is no result 9')
  await type('/plot 1 2 load.pdf')
  await sees('/plot cannot write load.pdf')
  await sees('end the name of the file with `.svg` or `.png`')
})

it('/plot of a result without series says so in one line', async () => {
  const { sees, type } = chat(callThenSay(['s__write', {}]), {}, {}, async id => ({
    ...toolsetOf(id),
    call: async () => ({ kind: 'answered', text: 'all is well', took: 3, cutBytes: 0 }),
  }))
  await sees('1 tool')
  await type('how is the load?')
  await sees('2 turns')
  await type('/plot')
  await sees('the result of call 1 has no series over time')
})

it('/plot writes pictures, and never over another file', async () => {
  const folder = newFolder()
  const { sees, type } = chat(callThenSay(['s__write', {}]), {}, {}, id => withSeries(id, 'web-1', 'web-2'))
  await sees('1 tool')
  await type('how is the load?')
  await sees('2 turns')
  for (const name of ['a.svg', 'a.PNG']) {
    await type(`/plot 1 ${join(folder, name)}`)
    await until(name, () => existsSync(join(folder, name)))
    expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600)
  }
  await type(`/plot 1 web-2 ${join(folder, 'b.svg')}`)
  await until('b.svg', () => existsSync(join(folder, 'b.svg')))
  expect(readFileSync(join(folder, 'b.svg'), 'utf8')).toMatch(/>s · write<[\s\S]*>Nordwind PROD</)
  expect(readFileSync(join(folder, 'b.svg'), 'utf8')).not.toContain('web-1')
  await type(`/plot 1 ${join(folder, 'a.svg')}`)
  await sees('exists already')
})
