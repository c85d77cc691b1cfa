import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { findFiles, findSystems } from '../../../src/cli/commands/init/found.ts'
import { usualPlaces } from '../../../src/config/import/places.ts'
import { newFolder } from '../../helpers/folder.ts'

/** The port of a system that answers everything with this text. */
async function systemThatSays(text: string): Promise<{ url: string; close(): void }> {
  const server = createServer((_, response) => response.end(text))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  return { url: `http://127.0.0.1:${port}`, close: () => server.close() }
}

describe('what init finds', () => {
  it('is a system that answers as it should, and no other program on its port', async () => {
    const systems = await Promise.all(['{"database":"ok"}', '<html>', '[1]'].map(systemThatSays))
    const look = (url: string) => ({
      type: 'grafana',
      title: 'Grafana',
      url,
      path: '/api/health',
      key: 'database',
    })
    const looks = [...systems.map(one => look(one.url)), look('http://127.0.0.1:9')]
    const found = await findSystems(new AbortController().signal, looks)
    for (const one of systems) one.close()
    expect(found).toEqual([{ type: 'grafana', title: 'Grafana', url: systems[0]?.url }])
  })

  it('are files of other clients with servers, in the project and at home', () => {
    const [folder, home] = [newFolder(), newFolder()]
    const put = (base: string, path: string, text: string) => {
      mkdirSync(join(base, path, '..'), { recursive: true })
      writeFileSync(join(base, path), text)
    }
    put(folder, '.mcp.json', '{"mcpServers":{"a":{"command":"x"}}}')
    put(folder, '.vscode/mcp.json', '{"servers":{"b":{"url":"https://b.example"}}}')
    put(home, '.cursor/mcp.json', 'broken')
    put(home, '.codex/config.toml', '[mcp_servers.c]\ncommand = "y"\n')
    put(home, '.config/goose/config.yaml', 'extensions:\n  d: { type: stdio, cmd: z }\n')
    put(home, '.config/zed/settings.json', '{"theme":"dark"}')
    const found = findFiles(usualPlaces(folder, home), folder)
    expect(found.map(one => [one.client, one.name, one.servers])).toEqual([
      ['Claude Code', '.mcp.json', ['a']],
      ['VS Code', join('.vscode', 'mcp.json'), ['b']],
      ['Goose', join(home, '.config/goose/config.yaml'), ['d']],
      ['Codex', join(home, '.codex/config.toml'), ['c']],
    ])
  })
})
