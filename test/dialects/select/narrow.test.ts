import { describe, expect, it } from 'vitest'
import { FIND_TOOLS } from '../../../src/dialects/select/find.ts'
import { narrow } from '../../../src/dialects/select/narrow.ts'
import type { Message, ToolSpec } from '../../../src/platforms/platform.ts'

const spec = (name: string): ToolSpec => ({ name, description: '', inputSchema: {} })
const SPECS = [
  ...Array.from({ length: 40 }, (_, i) => spec(`one__t${i}`)),
  ...Array.from({ length: 40 }, (_, i) => spec(`two__t${i}`)),
  spec('two__silence_alert'),
]

const asked: Message = { role: 'user', text: 'please silence this alert' }
const finding = (id: string, ...found: string[]): Message[] => [
  { role: 'assistant', text: '', calls: [{ id, name: 'find_tools', args: {}, rawArgs: '{}' }] },
  { role: 'tool', callId: id, name: 'find_tools', text: '', isError: false, found },
]
const using = (id: string, name: string): Message[] => [
  { role: 'assistant', text: '', calls: [{ id, name, args: {}, rawArgs: '{}' }] },
  { role: 'tool', callId: id, name, text: '', isError: false },
]
const names = (messages: Message[], most = 20, specs = SPECS) =>
  narrow(specs, messages, most).tools.map(one => one.name)

describe('narrow', () => {
  it('offers all tools if they fit', () => {
    expect(narrow(SPECS, [asked], 81)).toEqual({ tools: SPECS, narrowed: undefined })
  })

  it('offers find_tools first, then the best matches in toolset order', () => {
    const { tools, narrowed } = narrow(SPECS, [asked], 20)
    const offered = tools.map(one => one.name)
    expect(offered[0]).toBe(FIND_TOOLS.name)
    expect(offered).toContain('two__silence_alert')
    const places = offered.slice(1).map(name => SPECS.findIndex(one => one.name === name))
    expect(places).toEqual(places.toSorted((a, b) => a - b))
    expect(narrowed).toEqual({ offered: offered.length - 1, of: 81 })
    expect(offered.length).toBeLessThanOrEqual(20)
  })

  it('lets servers take turns if the question matches nothing', () => {
    const offered = names([{ role: 'user', text: 'hello' }])
    const of = (server: string) => offered.filter(name => name.startsWith(`${server}__`)).length
    expect(Math.abs(of('one') - of('two'))).toBeLessThanOrEqual(1)
  })

  it('keeps the first part of the list during a conversation', () => {
    const before = names([asked])
    const after = names([asked, ...finding('a', 'two__t39', 'one__t38'), { role: 'user', text: 'and t12?' }])
    expect(after).toEqual([...before, 'two__t39', 'one__t38'])
    expect(
      names([asked, ...finding('a', 'two__t39', 'one__t38'), ...finding('b', 'one__t37', 'two__t39')]),
    ).toEqual([...after, 'one__t37'])
  })

  it('offers tools that were used, even if another platform offered them', () => {
    expect(names([asked, ...using('a', 'one__t33')]).at(-1)).toBe('one__t33')
  })

  it('prefers the newest if too many were found, and keeps those in use', () => {
    const many = Array.from({ length: 30 }, (_, i) => `one__t${i + 10}`)
    const offered = names([asked, ...finding('a', ...many), ...using('b', 'one__t10')])
    expect(offered).toHaveLength(20)
    expect(offered).toContain('one__t39')
    expect(offered).toContain('one__t10')
    expect(offered).not.toContain('one__t11')
  })

  it('is the same for the same conversation', () => {
    const messages = [asked, ...finding('a', 'one__t20')]
    expect(names(messages)).toEqual(names(structuredClone(messages), 20, structuredClone(SPECS)))
  })

  it('drops tools that are no longer in the toolset', () => {
    expect(names([asked, ...finding('a', 'gone__tool')])).toEqual(names([asked]))
  })

  it('never offers two tools named find_tools', () => {
    const offered = names([asked], 20, [spec('find_tools'), ...SPECS])
    expect(offered.filter(name => name === 'find_tools')).toHaveLength(1)
  })

  it.each([0, 1, 2, 3, 4])('respects a limit of %i', most => {
    expect(names([asked, ...finding('a', 'one__t5', 'one__t6')], most).length).toBeLessThanOrEqual(most)
  })

  it('offers only the best matches if find_tools does not fit', () => {
    expect(names([asked], 1)).toEqual(['two__silence_alert'])
  })
})
