import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openApp } from '../../src/app.ts'
import { readEnvironment } from '../../src/config/env.ts'
import { openRecorder } from '../../src/recordings/record.ts'
import { newFolder } from '../helpers/folder.ts'

it('a recording contains only its own customer, even if the chat switches to others', async () => {
  const folder = newFolder()
  const config = join(folder, 'mcp_servers.json')
  const customers = [
    { name: 'Acme', mcp_servers: [] },
    { name: 'Bolt', mcp_servers: [] },
  ]
  writeFileSync(config, JSON.stringify({ platforms: { demo: {} }, customers }))
  const app = openApp({ config, environment: readEnvironment({ XDG_STATE_HOME: folder }) })
  const [acme, bolt] = app.project.customers
  if (!acme || !bolt) throw new Error('no customers')
  const file = join(folder, 'recording.jsonl')
  const recorder = openRecorder(file, acme, reason => {
    throw new Error(reason)
  })
  const session = await app.openSession(() => ({ platform: 'demo' }), { recorder })
  for (const [customer, text] of [
    [acme, 'canary-acme-1'],
    [bolt, 'canary-bolt'],
    [acme, 'canary-acme-2'],
  ] as const) {
    await session.switchTo(customer.id)
    const { signal } = new AbortController()
    const asked = session.ask({
      customerId: customer.id,
      text,
      signal,
      approve: async () => ({ allowed: true }),
    })
    for await (const _ of asked);
  }
  session.close()
  await app.close()
  const written = readFileSync(file, 'utf8')
  expect(written).toContain('canary-acme-1')
  expect(written).toContain('canary-acme-2')
  expect(written).not.toMatch(/bolt/i)
})
