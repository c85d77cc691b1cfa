import { expect, it } from 'vitest'
import { stampText } from '../../../src/chat/view/words/stamp.ts'

it('a question has the time at which it was asked, and the day if it was another one', () => {
  const now = new Date(2026, 10, 27, 14, 5, 9).getTime()
  expect(stampText(now, now)).toBe('14:05')
  expect(stampText(new Date(2026, 10, 26, 9, 1).getTime(), now)).toBe('26 Nov 09:01')
})
