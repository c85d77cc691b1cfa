// Playwright as a local process with this machine's Chromium: one page of loopback through a customer's chat.
import { existsSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { startFakePlatforms } from '../fake-platforms/start.ts'
import { placeIn, supportmax } from '../helpers/cli.ts'
import { newFolder } from '../helpers/folder.ts'
import { registryMissing, registryVariables, writable } from '../helpers/packages.ts'

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find(path => existsSync(path))
const missing = registryMissing() ?? (CHROMIUM ? undefined : 'Chromium is not installed here')
if (!CHROMIUM) console.warn('skipped: Chromium is not installed here')

describe.skipIf(missing)('the browser of a customer', () => {
  const place = placeIn(newFolder(), { ...registryVariables(), OPENAI_API_KEY: 'sk-test' })
  const run = (...args: string[]) => supportmax(place, ...args)

  afterAll(async () => {
    await run('down')
    writable(join(place.folder, 'state'))
  })

  it('opens a page in a chat, and is gone afterwards', async () => {
    const page = createServer((_, response) => {
      response.setHeader('content-type', 'text/html').end('<title>Runbook</title><h1>Restart the queue</h1>')
    })
    await new Promise<void>(resolve => page.listen(0, '127.0.0.1', resolve))
    const fake = await startFakePlatforms()
    try {
      const url = `http://127.0.0.1:${(page.address() as AddressInfo).port}/`
      fake.script('openai', [
        { calls: [{ name: 'playwright__browser_navigate', args: { url } }] },
        { calls: [{ name: 'playwright__browser_snapshot', args: {} }] },
        { text: 'The queue has to be restarted.' },
      ])
      const browser = {
        type: 'playwright',
        read_only_tools: ['browser_navigate'],
        // As root, Chromium has no sandbox.
        config: { executable_path: CHROMIUM, ...(process.getuid?.() === 0 && { sandbox: 'false' }) },
      }
      const document = {
        runtime: 'local',
        platforms: { openai: { base_url: fake.url('openai'), model: 'gpt-5.4-mini' } },
        customers: [{ name: 'Acme', mcp_servers: [browser] }],
      }
      writeFileSync(join(place.folder, 'mcp_servers.json'), JSON.stringify(document))
      const up = await run('up')
      expect(up.code, up.stderr).toBe(0)
      const { stdout, stderr } = await run('chat', 'acme', '-p', 'What does the runbook say?')
      expect(stdout, stderr).toBe('The queue has to be restarted.\n')
      const [, , last] = fake.requests('openai')
      expect(JSON.stringify(last?.body)).toContain('Page Title: Runbook')
      expect(JSON.stringify(last?.body)).toContain('Restart the queue')
      expect((await run('down')).stderr).toContain('nothing is left running')
    } finally {
      await fake.close()
      page.close()
      page.closeAllConnections()
    }
  })
})
