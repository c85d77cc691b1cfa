import type { Key } from 'ink'
import { describe, expect, it } from 'vitest'
import { splitBurst } from '../../../src/chat/typing/keys.ts'
import { type Edit, EMPTY, edit, expanded } from '../../../src/chat/typing/line/editor.ts'

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

describe('a mistake in the line being typed', () => {
  it('is taken back: word by word as typed, and step by step', () => {
    expect(shown('one', ' ', 'two', { type: 'undo' })).toBe('one |')
    expect(shown('one', ' ', 't', 'w', 'o', { type: 'undo' }, { type: 'undo' })).toBe('|')
    expect(shown('one two', { type: 'kill-word' }, { type: 'undo' })).toBe('one two|')
    expect(shown('one', { type: 'clear' }, { type: 'undo' })).toBe('one|')
    expect(shown('one', { type: 'undo' }, { type: 'undo' }, { type: 'undo' })).toBe('|')
    expect(shown('one', { type: 'submitted' }, { type: 'undo' })).toBe('|')
  })

  it('gives back elsewhere what was cut, also in several steps', () => {
    expect(shown('one two', { type: 'kill-word' }, { type: 'home' }, { type: 'yank' })).toBe('two|one ')
    expect(
      shown(
        'one two three',
        { type: 'kill-word' },
        { type: 'kill-word' },
        { type: 'home' },
        { type: 'yank' },
      ),
    ).toBe('two three|one ')
    expect(
      shown('one two', { type: 'home' }, { type: 'kill-word-right' }, { type: 'end' }, { type: 'yank' }),
    ).toBe(' twoone|')
    expect(shown('sent', { type: 'kill-left' }, 'x', { type: 'submitted' }, { type: 'yank' })).toBe('sent|')
  })
})

describe('a pasted block in the line', () => {
  const block: Edit = { type: 'paste', text: 'one\ntwo\nthree' }

  it('is one character to the keys', () => {
    expect(shown('a', block, { type: 'left' })).toBe('a|[pasted #1: 3 lines]')
    expect(shown('a', block, { type: 'left' }, { type: 'right' })).toBe('a[pasted #1: 3 lines]|')
    expect(shown('a ', block, { type: 'backspace' })).toBe('a |')
    expect(shown('a ', block, { type: 'left' }, { type: 'delete' })).toBe('a |')
    expect(shown('a', block, { type: 'kill-word' })).toBe('a|')
    expect(shown('a ', block, 'b', { type: 'home' }, { type: 'word-right' }, { type: 'word-right' })).toBe(
      'a [pasted #1: 3 lines]|b',
    )
  })

  it('is shown in the line on demand, and folded again by undo', () => {
    expect(shown('look: ', block, ' please', { type: 'unfold' })).toBe('look: one\ntwo\nthree please|')
    expect(shown(block, ' please', { type: 'home' }, { type: 'right' }, { type: 'unfold' })).toBe(
      'one\ntwo\nthree| please',
    )
    expect(shown(block, { type: 'unfold' }, { type: 'undo' })).toBe('[pasted #1: 3 lines]|')
    expect(shown('no block', { type: 'unfold' })).toBe('no block|')
  })

  it('is also made of one long line, such as JSON', () => {
    const json = JSON.stringify({ text: 'x'.repeat(3_000) })
    const editor = made({ type: 'paste', text: json })
    expect(editor.text).toBe(`[pasted #1: ${json.length} characters]`)
    expect(expanded(editor)).toBe(json)
  })
})

it('a line that was not sent comes back in front of what is typed by now', () => {
  expect(shown({ type: 'return', text: 'queued' })).toBe('queued|')
  expect(shown('next', { type: 'home' }, { type: 'return', text: 'queued' })).toBe('queued\n|next')
})

it('keys that arrive in one burst keep their meaning, and a burst with an Enter in its middle is a paste', () => {
  const pieces = (input: string) =>
    splitBurst(input, {} as Key).map(([piece, key]) =>
      key.ctrl ? `Ctrl+${piece}` : key.tab ? 'Tab' : key.return ? 'Enter' : piece,
    )
  expect(pieces('old\u0015/cu\ts\u0001x\r')).toEqual([
    'old',
    'Ctrl+u',
    '/cu',
    'Tab',
    's',
    'Ctrl+a',
    'x',
    'Enter',
  ])
  expect(pieces('\u001f x')).toEqual(['\u001f', ' x'])
  expect(pieces('one\rtwo')).toEqual(['one\rtwo'])
})
