import { describe, expect, it } from 'vitest'
import { closeOpen } from '../../../src/chat/view/words/blocks.ts'

describe('unfinished Markdown', () => {
  it.each([
    ['One **half', 'One **half**'],
    ['One **half *', 'One **half**'],
    ['One **', 'One '],
    ['Run `ls -l', 'Run `ls -l`'],
    ['Run `', 'Run '],
    ['_Demo model', '_Demo model_'],
    ['**whole** and 2 ** 3', '**whole** and 2 ** 3'],
    ['snake_case and a*b', 'snake_case and a*b'],
    ['```\nlet a = `x', '```\nlet a = `x'],
  ])('%j is drawn as %j', (cut, whole) => {
    expect(closeOpen(cut)).toBe(whole)
  })
})
