// Every type of the catalogue that is a package: installed from its lock, started without a network and with made-up
// credentials, and its tools compared with its file. `npm run test:catalogue`; not in CI, since it needs the registries.
import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { afterAll, describe, expect, it } from 'vitest'
import { packagedTypeSchema } from '../../src/catalog/packaged.ts'
import { launch } from '../../src/config/launch.ts'
import { packageOf, type Server } from '../../src/config/project.ts'
import { install, installPlace } from '../../src/packages/install.ts'
import { readLock } from '../../src/packages/lock/read.ts'
import { installedCommand } from '../../src/packages/programs.ts'
import { newFolder } from '../helpers/folder.ts'
import { registryMissing, uvFolder } from '../helpers/packages.ts'
import { projectOf } from '../helpers/projects.ts'

const folder = fileURLToPath(new URL('../../templates/mcp-types/', import.meta.url))
const types = readdirSync(folder)
  .map(name => JSON.parse(readFileSync(join(folder, name), 'utf8')))
  .filter(type => 'package' in type.image)
  .map(type => packagedTypeSchema().parse(type))

const missing =
  registryMissing() ?? (noNetwork() ? undefined : 'no program can be started without a network here')
const ground = newFolder()
const env = { ...process.env, PATH: [uvFolder(), process.env.PATH].filter(Boolean).join(':') }

/** A command that starts another one without a network: only on Linux, for those who may. */
function noNetwork(): string[] | undefined {
  return [
    ['unshare', '-n'],
    ['unshare', '-rn'],
  ].find(([file = '', ...args]) => spawnSync(file, [...args, 'true']).status === 0)
}

/** What has to look like something. */
const SETTINGS: Record<string, Record<string, unknown>> = {
  filesystem: { folder: made('files/') },
  kubernetes: {
    kubeconfig: made(
      'kubeconfig',
      JSON.stringify({
        ...{ apiVersion: 'v1', kind: 'Config', 'current-context': 'a' },
        clusters: [{ name: 'a', cluster: { server: 'https://127.0.0.1:1' } }],
        users: [{ name: 'a', user: { token: 'dummy' } }],
        contexts: [{ name: 'a', context: { cluster: 'a', user: 'a' } }],
      }),
    ),
  },
  snowflake: {
    services: made('services.yaml', 'other_services:\n  query_manager: True\n'),
    account: 'x',
    user: 'x',
  },
  atlassian: {
    ...{ jira_url: 'https://x.example.com', jira_username: 'a@example.com', jira_token_env: 'TOKEN' },
    ...{ confluence_url: 'https://x.example.com/wiki', confluence_username: 'a@example.com' },
    confluence_token_env: 'TOKEN',
  },
}

function made(name: string, text?: string): string {
  const path = join(ground, name)
  if (text === undefined) mkdirSync(path, { recursive: true })
  else writeFileSync(path, text)
  return path
}

function serverOf(type: string, access: Server['access']): Server {
  const server = { type, ...(SETTINGS[type] && { config: SETTINGS[type] }) }
  const project = projectOf({ customers: [{ name: 'Acme', access, mcp_servers: [server] }] })
  const [found] = project.customers.flatMap(one => one.servers)
  if (!found) throw new Error('no server')
  return found
}

/** Its tools, started as a local process would be, but without a network. */
async function toolsOf(server: Server): Promise<string[]> {
  const source = packageOf(server)
  const lock = source && readLock(source)
  if (!source || lock?.state !== 'locked') throw new Error(`${source?.lockFile} is ${lock?.state}`)
  const place = join(ground, 'packages')
  const fault = await install(source, lock, { folder: place, env })
  if (fault) throw new Error(fault.reason)
  const command = installedCommand(source, lock, installPlace(place, source, lock))
  if ('message' in command) throw new Error(command.message)
  const { args, env: entries } = launch(server, {
    address: '127.0.0.1',
    port: 1,
    hostPort: 1,
    caFile: undefined,
  })
  const variables = entries.flatMap((entry): [string, string][] =>
    entry.name.startsWith('CHILD_')
      ? [[entry.name.slice('CHILD_'.length), 'credential' in entry ? 'pat-na1-dummy' : entry.value]]
      : [],
  )
  const [file = '', ...words] = [...(noNetwork() ?? []), ...command, ...args]
  const transport = new StdioClientTransport({
    command: file,
    args: words,
    cwd: ground,
    env: { PATH: env.PATH, HOME: ground, ...Object.fromEntries(variables) },
    stderr: 'ignore',
  })
  const client = new Client({ name: 'test', version: '1' })
  try {
    await client.connect(transport, { timeout: 30_000 })
    return (await client.listTools()).tools.map(tool => tool.name).sort()
  } finally {
    await client.close()
  }
}

describe.skipIf(missing)('a type of the catalogue that is a package', () => {
  const rows: string[] = []
  afterAll(() => console.log(`\n| Type | Package | Tools |\n| --- | --- | --- |\n${rows.sort().join('\n')}`))

  it.for(types.map(type => [type.type, type] as const))(
    '%s lists the tools of its file',
    async ([name, type], context) => {
      const row = (tools: string) => rows.push(`| ${name} | \`${type.image.package}\` | ${tools} |`)
      const listed = await toolsOf(serverOf(name, 'read-write')).catch((error: Error) => error)
      if (listed instanceof Error && /Python that it needs|needs Python/.test(listed.message)) {
        row(`not compared: ${listed.message}`)
        return context.skip(listed.message)
      }
      if (type.tools === undefined) {
        expect(listed).toBeInstanceOf(Error)
        row('only after signing in')
        return
      }
      expect(listed).toEqual(type.tools.toSorted())
      const readOnly = await toolsOf(serverOf(name, 'read-only'))
      for (const tool of type.readOnly.tools) expect(readOnly).toContain(tool)
      row(`${type.tools.length}, ${type.readOnly.tools.length} of them trusted as read-only`)
    },
  )
})
