import { describe, expect, it } from 'vitest'
import { columnsOf } from '../../src/base/text/columns.ts'
import { wrapped } from '../../src/chat/draw/text/wrap.ts'

const lines = (text: string, width: number, hang = 0) =>
  wrapped([{ text }], width, hang).map(line => line.map(piece => piece.text).join(''))

describe('wrapping', () => {
  it('leaves no space at the start or the end of a line', () => {
    expect(lines('one two  three four', 8)).toEqual(['one two', 'three', 'four'])
    expect(lines('one two', 7)).toEqual(['one two'])
    expect(lines('', 5)).toEqual([''])
    expect(lines('a\n\n  b c', 4)).toEqual(['a', '', '  b', 'c'])
  })

  it('indents every line but the first', () => {
    expect(lines('name  one two three', 11, 6)).toEqual(['name  one', '      two', '      three'])
  })

  it('breaks a word that fits on no line between whole characters', () => {
    expect(lines('ab cdefghijk l', 4)).toEqual(['ab', 'cdef', 'ghij', 'k l'])
    expect(lines('日本語です', 4)).toEqual(['日本', '語で', 'す'])
    expect(lines('👩‍👩‍👧👩‍👩‍👧', 2)).toEqual(['👩‍👩‍👧', '👩‍👩‍👧'])
  })

  it('keeps every style over a break', () => {
    const pieces = [{ text: 'say ' }, { text: 'it bold', tones: ['strong' as const] }, { text: ', now' }]
    expect(wrapped(pieces, 8)).toEqual([
      [{ text: 'say ' }, { text: 'it', tones: ['strong'] }],
      [{ text: 'bold', tones: ['strong'] }, { text: ',' }],
      [{ text: 'now' }],
    ])
  })

  it('counts columns as a terminal does', () => {
    expect(['abc', 'é', 'e\u0301', '日', '✓', '🚨', '⚠️'].map(columnsOf)).toEqual([3, 1, 1, 2, 1, 2, 2])
  })

  it('never makes a line too wide or loses a word', () => {
    const words = 'a bb ccc dddd   eeeee ffffff ggggggg hhhhhhhh  iiiiiiiii'
    for (let width = 1; width < 40; width++)
      for (const hang of [0, 3]) {
        const made = lines(words, width, hang)
        const most = Math.max(width, hang + 1)
        expect(Math.max(...made.map(line => line.length))).toBeLessThanOrEqual(most)
        expect(made.join('').replaceAll(' ', '')).toBe(words.replaceAll(' ', ''))
      }
  })
})
