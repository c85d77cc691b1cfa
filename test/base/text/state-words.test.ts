import { expect, it } from 'vitest'
import { stateWords } from '../../../src/base/text/state-words.ts'

it.each([
  ['ready', 'ready'],
  ['missing_credentials', 'missing credentials'],
  ['crash_loop', 'crash loop'],
  ['auth_required', 'sign-in required'],
])('shows the state %s as "%s"', (state, words) => {
  expect(stateWords(state)).toBe(words)
})
