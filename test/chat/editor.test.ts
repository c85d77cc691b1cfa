import { describe, expect, it } from 'vitest'
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

  it('of several lines is edited line by line', () => {
    const text = 'first\nsecond one\nthird'
    expect(shown(text, { type: 'home' })).toBe('first\nsecond one\n|third')
    expect(shown(text, { type: 'up' })).toBe('first\nsecon|d one\nthird')
    expect(shown(text, { type: 'up' }, { type: 'end' }, { type: 'up' })).toBe('first|\nsecond one\nthird')
    expect(shown(text, { type: 'up' }, { type: 'up' }, { type: 'down' })).toBe('first\nsecon|d one\nthird')
    expect(shown(text, { type: 'up' }, { type: 'kill-left' })).toBe('first\n|d one\nthird')
    expect(shown(text, { type: 'up' }, { type: 'kill-right' })).toBe('first\nsecon|\nthird')
    expect(shown('a\nb', { type: 'left' }, { type: 'kill-left' })).toBe('a|b')
    expect(shown('a\nb', { type: 'up' }, { type: 'kill-right' })).toBe('a|b')
    expect(shown('東京\nabc', { type: 'left' }, { type: 'up' })).toBe('東|京\nabc')
    expect(shown('\n\n', { type: 'up' }, { type: 'up' })).toBe('|\n\n')
  })

  it('goes to the history from its first and last line', () => {
    const sent = made('sent', { type: 'submitted' }, 'a\nb')
    const recalled = edit(edit(sent, { type: 'up' }), { type: 'up' })
    expect(recalled.text).toBe('sent')
    expect(edit(recalled, { type: 'down' }).text).toBe('a\nb')
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
