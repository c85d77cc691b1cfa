import { describe, expect, it } from 'vitest'
import { splitThoughts } from '../../../src/platforms/stream/think.ts'

/** What a person sees at last, and what was retracted on the way. */
function heard(pieces: readonly string[], hasCalls = false, habit = { isOpenInPrompt: false }) {
  const thoughts = splitThoughts(habit)
  let text = ''
  let retracted = 0
  for (const part of [...pieces.map(one => thoughts.take(one)), thoughts.end(hasCalls)]) {
    if (part.isRetraction) {
      text = ''
      retracted++
    }
    text += part.text
  }
  return { text, retracted }
}

/** The whole text, each way of cutting it in two, and one character at a time. */
function cuts(text: string): string[][] {
  const halves = Array.from({ length: text.length }, (_, at) => [text.slice(0, at), text.slice(at)])
  return [[text], ...halves, [...text]]
}

describe('thoughts at the beginning of an answer', () => {
  it.each([
    ['<think>\nsecret plan\n</think>\n\nvisible answer', 'visible answer'],
    ['\n<thinking>a < b</thinking><think></think>visible', 'visible'],
    ['</think>\n\nThe template had closed an empty block.', 'The template had closed an empty block.'],
    ['<|channel|>analysis<|message|>plan<|end|><|start|>assistant<|channel|>final<|message|>four', 'four'],
    ['<|channel|>final<|message|>four', 'four'],
    ['<think>only a thought', ''],
  ])('are not shown, however %j is cut', (text, answer) => {
    for (const pieces of cuts(text))
      expect([pieces, heard(pieces)]).toEqual([pieces, { text: answer, retracted: 0 }])
  })
})

describe('a closing tag without an opening one', () => {
  it.each([
    ['Okay, 1 < 2 is basic.\n</think>\n\nIt is 2.', 'It is 2.'],
    ['hello, my reason to </think> this is my content.', 'this is my content.'],
    ['3. Answer briefly.</think>391', '391'],
    ['Use `a` and ```b```.</thinking>\nDone </think> here', 'Done </think> here'],
  ])('makes everything before it thoughts, which are retracted, however %j is cut', (text, answer) => {
    for (const pieces of cuts(text))
      expect([pieces, heard(pieces)]).toEqual([pieces, { text: answer, retracted: 1 }])
  })

  it.each([
    'The tag `</think>` ends a thought.',
    '```html\n</think>\n```\nis how it ends.',
    'The tags <think> and </think> surround it.',
    '<thin ice> and </thin ice>',
    'a < b </thinker> </think',
  ])('is text in code, after an opening one, and where it only looks like one: %j', text => {
    for (const pieces of cuts(text)) expect([pieces, heard(pieces)]).toEqual([pieces, { text, retracted: 0 }])
  })

  it('with nothing behind it leaves the text as the answer, unless the model calls tools', () => {
    for (const pieces of cuts('I should look.</think>\n')) {
      expect(heard(pieces)).toEqual({ text: 'I should look.', retracted: 0 })
      expect(heard(pieces, true)).toEqual({ text: '', retracted: 1 })
    }
  })
})

describe('after the first such answer of a server', () => {
  it('thoughts are no longer shown at all', () => {
    const habit = { isOpenInPrompt: false }
    expect(heard(['first', '</think>one'], false, habit)).toEqual({ text: 'one', retracted: 1 })
    for (const pieces of cuts('second </think>two'))
      expect([pieces, heard(pieces, false, habit)]).toEqual([pieces, { text: 'two', retracted: 0 }])
    expect(heard(['<think>third</think>three'], false, habit)).toEqual({ text: 'three', retracted: 0 })
  })

  it('an answer without thoughts comes whole at its end, and ends the habit', () => {
    const habit = { isOpenInPrompt: true }
    for (const pieces of cuts('There are three alerts.')) {
      habit.isOpenInPrompt = true
      expect(heard(pieces, false, habit)).toEqual({ text: 'There are three alerts.', retracted: 0 })
      expect(habit.isOpenInPrompt).toBe(false)
    }
  })
})
