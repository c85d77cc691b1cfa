import { expect, it } from 'vitest'
import { survivingKills } from '../../helpers/killed-chats.ts'

// test/soak/kills.test.ts has more of them.
it('nothing that was shown is lost when a chat is killed', async () => {
  expect(await survivingKills(6)).toBeGreaterThan(1)
}, 60_000)
