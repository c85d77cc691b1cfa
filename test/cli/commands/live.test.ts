import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openApp } from '../../../src/app.ts'
import { openLive } from '../../../src/cli/commands/chat/live.ts'
import { readEnvironment } from '../../../src/config/env.ts'
import { closing } from '../../helpers/closing.ts'
import { newFolder } from '../../helpers/folder.ts'

it('a chat takes over a changed file, and keeps the old one if it is broken or the customer is gone', async () => {
  const folder = newFolder()
  const config = join(folder, 'mcp_servers.json')
  const write = (text: string) => writeFileSync(config, text)
  const fileOf = (name: string, usd_per_day: number) =>
    JSON.stringify({ customers: [{ name, mcp_servers: [], limits: { usd_per_day } }] })
  write(fileOf('Acme', 1))
  const first = closing(openApp({ config, environment: readEnvironment({ XDG_STATE_HOME: folder }) }))
  const live = closing(await openLive(first))
  const session = await first.openSession(() => ({}), { current: live.app })
  const before = await session.switchTo('acme')
  expect(before).toMatchObject({ ok: true, toolset: { customer: { name: 'Acme' } } })

  write('{ "customers": [')
  await expect(live.reopen('acme')).rejects.toMatchObject({ code: 'usage' })
  write(fileOf('Bolt', 1))
  await expect(live.reopen('acme')).rejects.toThrow('no customer "acme" any more')
  expect(live.app()).toBe(first)

  write(fileOf('ACME', 5))
  await live.reopen('acme')
  session.disconnect()
  expect(session.current()).toBeUndefined()
  expect(live.app().project.customers[0]?.spending.dayUsd).toBe(5)
  expect(await session.switchTo('acme')).toMatchObject({ ok: true, toolset: { customer: { name: 'ACME' } } })
  session.close()
})
