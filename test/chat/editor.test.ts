import { describe, expect, it } from 'vitest'
import { SupportError } from '../../src/base/errors.ts'
import type { ChatContext } from '../../src/chat/commands/command.ts'
import { complete, parseLine } from '../../src/chat/commands/parse.ts'
import { type Edit, EMPTY, edit, expanded } from '../../src/chat/typing/editor.ts'

const made = (...edits: (Edit | string)[]) =>
  edits.reduce(
    (editor, one) => edit(editor, typeof one === 'string' ? { type: 'insert', text: one } : one),
    EMPTY,
  )
const shown = (...edits: (Edit | string)[]) => {
  const { text, cursor } = made(...edits)
  return `${text.slice(0, cursor)}|${text.slice(cursor)}`
}

describe('the line being typed', () => {
  it('is edited as in a shell', () => {
    expect(shown('hello', { type: 'left' }, { type: 'left' }, 'X')).toBe('helX|lo')
    expect(shown('one two', { type: 'word-left' }, { type: 'kill-left' })).toBe('|two')
    expect(shown('one two  ', { type: 'kill-word' })).toBe('one |')
    expect(shown('one two', { type: 'home' }, { type: 'word-right' }, { type: 'kill-right' })).toBe('one|')
    expect(shown('ab', { type: 'home' }, { type: 'delete' }, { type: 'end' })).toBe('b|')
  })

  it('moves over a whole character, however many code points it has', () => {
    expect(shown('a👩‍👩‍👧é', { type: 'left' }, { type: 'left' })).toBe('a|👩‍👩‍👧é')
    expect(shown('a👩‍👩‍👧', { type: 'backspace' })).toBe('a|')
  })

  it('recalls what was sent, and what was being typed', () => {
    const editor = made(
      'one',
      { type: 'submitted' },
      'two',
      { type: 'submitted' },
      'draft',
      { type: 'older' },
      { type: 'older' },
    )
    expect(editor.text).toBe('one')
    const back = edit(edit(editor, { type: 'newer' }), { type: 'newer' })
    expect([back.text, back.at]).toEqual(['draft', undefined])
  })

  it('takes a paste of 200 lines as one block', () => {
    const block = Array.from({ length: 200 }, (_, i) => `line ${i}`).join('\n')
    const editor = made('look: ', { type: 'paste', text: `${block}\n` }, ' please')
    expect(editor.text).toBe('look: [pasted #1: 200 lines] please')
    expect(expanded(editor)).toBe(`look: ${block} please`)
    expect(made({ type: 'paste', text: 'one line' }).text).toBe('one line')
  })
})

describe('a typed line', () => {
  it('is a command only if it looks like one', () => {
    expect(parseLine('/customer Nord wind')).toMatchObject({
      kind: 'command',
      command: { name: 'customer' },
      rest: 'Nord wind',
    })
    expect(parseLine('/cust x')).toMatchObject({ kind: 'command', command: { name: 'customer' }, rest: 'x' })
    expect(parseLine('/c')).toEqual({
      kind: 'unknown',
      word: '/c',
      matches: ['/customer', '/critical', '/cost', '/clear'],
    })
    expect(parseLine('/var/log is full')).toEqual({ kind: 'question', text: '/var/log is full' })
    expect(parseLine('/tools\nand more')).toMatchObject({ kind: 'question' })
  })

  it('is completed by Tab: commands, customers by id or name, platforms', () => {
    const customers = [
      { id: 'nordwind', name: 'Nordwind' },
      { id: 'nordsee', name: 'Nordsee' },
      { id: 'od-atlanta', name: '[OD] Atlanta' },
    ]
    const routes = () => [{ platform: 'openai' }, { platform: 'inhouse' }]
    const context = { project: { customers }, customer: () => customers[0], platforms: { routes } }
    const completed = (line: string) => complete(line, context as unknown as ChatContext)
    expect(completed('/cu').line).toBe('/customer ')
    expect(completed('/c')).toEqual({
      line: '/c',
      candidates: ['/customer', '/critical', '/cost', '/clear'],
    })
    expect(completed('/customer n')).toEqual({
      line: '/customer nord',
      candidates: ['nordwind', 'nordsee'],
    })
    expect(completed('/customer [od').line).toBe('/customer od-atlanta')
    expect(completed('/cust nordw').line).toBe('/customer nordwind')
    expect(completed('/platform i').line).toBe('/platform inhouse')
    expect(completed('/platform ').candidates).toEqual(['openai', 'inhouse', 'auto'])
    expect(completed('/tools x')).toEqual({ line: '/tools x', candidates: [] })
    expect(completed('what')).toEqual({ line: 'what', candidates: [] })
  })

  it('is left alone by Tab if there is nothing to complete to: without a key, a customer has no platforms', () => {
    const routes = () => {
      throw new SupportError('no-platform', 'no model platform is ready: no key is set')
    }
    const context = { customer: () => ({ id: 'acme' }), platforms: { routes } } as unknown as ChatContext
    expect(complete('/model gpt', context)).toEqual({ line: '/model gpt', candidates: [] })
    expect(complete('/platform ', context)).toEqual({ line: '/platform ', candidates: [] })
  })
})
