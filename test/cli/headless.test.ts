import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openApp } from '../../src/app.ts'
import { askOnce } from '../../src/cli/commands/chat/headless.ts'
import type { Context } from '../../src/cli/context.ts'
import { createPrinter } from '../../src/cli/print.ts'
import { readEnvironment } from '../../src/config/env.ts'
import { projectOf } from '../helpers/projects.ts'

it('what was asked headless is counted, and its words are kept nowhere', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'supportmax-headless-'))
  const config = join(folder, 'mcp_servers.json')
  const document = { platforms: { demo: {} }, customers: [{ name: 'Acme', mcp_servers: [] }] }
  writeFileSync(config, JSON.stringify(document))
  const [customer] = projectOf(document).customers
  if (!customer) throw new Error('no customer')
  const app = openApp({ config, environment: readEnvironment({ XDG_STATE_HOME: folder }) })
  const { stdout, stderr } = process
  const print = { ...createPrinter({ mode: 'quiet', color: false, stdout, stderr }), result() {} }
  const never = new AbortController().signal
  const context: Context = { config, print, signal: never, unread: never, open: async () => app }
  const asking = { customer, seconds: undefined, platform: 'demo' }

  await askOnce(context, app, { ...asking, question: 'is canary-4711 well?' })
  await askOnce(context, app, { ...asking, question: 'is canary-4711 well?' })

  const turns = (await app.usage()).turns(0)
  expect(turns).toHaveLength(2)
  expect(new Set(turns.map(one => one.question)).size).toBe(2)
  const files = readdirSync(app.stack.state.folder).map(name =>
    readFileSync(join(app.stack.state.folder, name), 'latin1'),
  )
  expect(files.some(text => text.includes('acme'))).toBe(true)
  expect(files.join('')).not.toContain('canary')
  await app.close()
})
