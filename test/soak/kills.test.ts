import { expect, it } from 'vitest'
import { survivingKills } from '../helpers/killed-chats.ts'

it('nothing that was shown is lost by 40 kills', async () => {
  expect(await survivingKills(40)).toBeGreaterThan(5)
}, 300_000)
