// A tool of one server shows what belongs to another one: its token, or a credential.
import { appendFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openApp } from '../../src/app.ts'
import { readEnvironment } from '../../src/config/env.ts'
import { type Place, placeIn, supportmax, withoutDocker } from '../helpers/cli.ts'
import { closing } from '../helpers/closing.ts'
import { newFolder } from '../helpers/folder.ts'
import { startServer } from '../helpers/mcp-servers.ts'
import { freePort } from '../helpers/ports.ts'

const OTHER = 'canary-credential-of-grafana'
const KEY = 'canary-key-of-the-platform'

/** A customer with a tool that shows `secrets()`, whose other servers and whose neighbour have tokens of their own. */
async function revealing(): Promise<{ place: Place; tokens: string[] }> {
  const place = withoutDocker(placeIn(newFolder()))
  const shown = { tokens: [] as string[] }
  const text = () => `token ${shown.tokens.join(' ')} credential ${OTHER} key ${KEY}`
  const tool = {
    name: 'list_alerts',
    get description() {
      return `Shows ${text()}`
    },
    get inputSchema() {
      return { type: 'object', properties: { a: { type: 'string', description: text() } } }
    },
    run: text,
  }
  const { url } = closing(await startServer({ kind: 'legacy', tools: [tool] }))
  const config = { alertmanager_url: 'http://am.example:9093' }
  const document = {
    runtime: 'local',
    platforms: { demo: { enabled: true }, anthropic: {} },
    customers: [
      {
        name: 'Acme',
        mcp_servers: [
          { type: 'alertmanager', name: 'open', url, managed: false, read_only_tools: ['list_alerts'] },
          { type: 'alertmanager', name: 'own', port: await freePort(), config },
          { type: 'grafana', config: { grafana_url: 'http://g.example', token_env: 'GRAFANA_TOKEN_ACME' } },
        ],
      },
      { name: 'Beta', mcp_servers: [{ type: 'alertmanager', config }] },
    ],
  }
  const file = join(place.folder, 'mcp_servers.json')
  writeFileSync(file, JSON.stringify(document))
  const credentials = `GRAFANA_TOKEN_ACME=${OTHER}\nANTHROPIC_API_KEY=${KEY}\n`
  writeFileSync(join(place.folder, 'mcp_credentials.env'), credentials, { mode: 0o600 })
  const { stack, project } = openApp({ config: file, environment: readEnvironment(place.env) })
  const servers = project.customers.flatMap(one => one.servers).filter(one => one.managed)
  stack.state.makeTokens(servers)
  shown.tokens = servers.map(one => stack.state.token(one) ?? '')
  return { place, tokens: shown.tokens }
}

it.each([
  ['tools call', ['tools', 'call', 'acme', 'open', 'list_alerts']],
  ['tools call --json', ['tools', 'call', 'acme', 'open', 'list_alerts', '--json']],
  ['tools', ['tools', 'acme', '--json']],
  [
    'chat -p',
    ['chat', '--customer', 'acme', '--platform', 'demo', '-p', 'Which alerts are firing?', '--json'],
  ],
])('%s hides tokens and credentials of servers that it does not call', async (_, args) => {
  const { place, tokens } = await revealing()
  expect(tokens).toHaveLength(3)
  const { stdout, stderr } = await supportmax(place, ...args)
  expect(stdout, stderr).toContain('token ‹hidden› ‹hidden› ‹hidden› credential ‹hidden› key ‹hidden›')
  for (const secret of [...tokens, OTHER, KEY]) expect(stdout + stderr).not.toContain(secret)
})

it('logs of one server hide the credentials of the others, and every token', async () => {
  const { place, tokens } = await revealing()
  await supportmax(place, 'up', 'acme', '--type', 'alertmanager', '--timeout', '2')
  const file = readdirSync(place.folder, { recursive: true, encoding: 'utf8' }).find(
    name => name.includes('own') && name.endsWith('log'),
  )
  appendFileSync(join(place.folder, file ?? ''), `a line with ${OTHER} and ${tokens.join(' ')}\n`)
  const { stdout, stderr } = await supportmax(place, 'logs', 'acme', 'own', '--grep', 'a line with')
  await supportmax(place, 'down')
  expect(stdout, stderr).toBe('a line with ‹hidden› and ‹hidden› ‹hidden› ‹hidden›\n')
})
