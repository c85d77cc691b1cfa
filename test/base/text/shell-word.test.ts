import { execFileSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { shellWord } from '../../../src/base/text/shell-word.ts'

it.each(['/plain/path.json', 'a b', "it's", '$HOME `id` "x"', '東京', '*'])(
  '%j reaches a program as one word',
  word => {
    expect(execFileSync('sh', ['-c', `printf %s ${shellWord(word)}`], { encoding: 'utf8' })).toBe(word)
  },
)

it('leaves a plain path as it is', () => {
  expect(shellWord('./bin/supportmax.js')).toBe('./bin/supportmax.js')
})
