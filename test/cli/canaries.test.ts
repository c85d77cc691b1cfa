// Where values of credentials are seen, from the first command to the last one, whatever source they come from.

import { randomUUID } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Place, placeIn, supportmax, withoutDocker } from '../helpers/cli.ts'
import { newFolder } from '../helpers/folder.ts'
import { missingForKeyring, startKeyring, type TestKeyring } from '../helpers/keyring.ts'
import { type SeenProcess, watchProcesses } from '../helpers/process-watch.ts'
import { openVault, type StandInVault } from '../helpers/vault.ts'

const FIXTURE = fileURLToPath(new URL('../fixtures/stdio-server.ts', import.meta.url))

/** A way to give a value to the credential NAME. */
interface Source {
  env?: Record<string, string>
  credentials?: string
  /** A file with the value, and how the configuration names it. */
  kept?: { file: string; content: string }
  from?: object
  /** Puts the value where a running program keeps it. */
  store?(): void
}

const SOURCES: Record<string, (name: string, canary: string) => Source> = {
  environment: (name, canary) => ({ env: { [name]: canary } }),
  credentials: (name, canary) => ({ credentials: `${name}=${canary}\n` }),
  variable: (name, canary) => ({
    env: { [`${name}_FILE`]: 'kept/variable' },
    kept: { file: 'variable', content: `${canary}\n` },
  }),
  file: (_, canary) => ({
    kept: { file: 'file', content: canary },
    from: { file: 'kept/file' },
  }),
  command: (_, canary) => ({
    kept: { file: 'command', content: `${canary}\n` },
    from: { command: ['/bin/cat', 'kept/command'] },
  }),
  vault: (_, canary) => ({
    from: { vault: 'acme/key' },
    store: () => vault.secrets.set('acme/key', { fields: { key: canary } }),
  }),
  ...(missingForKeyring().length === 0 && {
    keyring: (_: string, canary: string) => ({
      from: { keyring: 'key' },
      store: () => keyring?.store('key', canary),
    }),
  }),
}

const NAMES = Object.keys(SOURCES)
const nameOf = (source: string) => `KEY_${source.toUpperCase()}`
/** Of this run alone: the processes of another one are seen too. */
const RUN = randomUUID().slice(-12)
const canaryOf = (source: string) => `canary-of-${source}-${RUN}`
const CANARIES = NAMES.map(canaryOf)

let vault: StandInVault & { close(): void }
let keyring: TestKeyring | undefined

let place: Place
const outputs: { args: string[]; text: string }[] = []
let seen: SeenProcess[] = []
let rounds = 0

async function run(...args: string[]): Promise<number | undefined> {
  const { code, stdout, stderr } = await supportmax(place, ...args)
  outputs.push({ args, text: stdout + stderr })
  return code
}

beforeAll(async () => {
  const folder = newFolder()
  vault = await openVault()
  if (NAMES.includes('keyring')) keyring = await startKeyring()
  const made = NAMES.map(source => SOURCES[source]?.(nameOf(source), canaryOf(source)) ?? {})
  mkdirSync(join(folder, 'kept'))
  for (const { kept } of made)
    if (kept) writeFileSync(join(folder, 'kept', kept.file), kept.content, { mode: 0o600 })
  for (const { store } of made) store?.()
  const env = { VAULT_TOKEN: vault.token, ...keyring?.env }
  place = withoutDocker(placeIn(folder, Object.assign(env, ...made.map(one => one.env ?? {}))))
  const credentials = made.map(one => one.credentials ?? '').join('')
  writeFileSync(join(folder, 'mcp_credentials.env'), credentials, { mode: 0o600 })
  const server = (source: string, way: string) => ({
    name: `${way}-${source}`,
    command: process.execPath,
    args: [FIXTURE, way, source],
    env: { KEY: `\${${nameOf(source)}}` },
    read_only_tools: ['environment'],
  })
  const document = {
    runtime: 'local',
    platforms: { demo: { enabled: true } },
    secrets: {
      vault: { address: vault.address },
      from: Object.fromEntries(
        NAMES.flatMap((one, i) => (made[i]?.from ? [[nameOf(one), made[i].from]] : [])),
      ),
    },
    customers: NAMES.map(source => ({
      name: source,
      mcp_servers: [server(source, 'well'), server(source, 'mutters')],
    })),
  }
  writeFileSync(join(folder, 'mcp_servers.json'), JSON.stringify(document))
  const watcher = watchProcesses(CANARIES)
  await life()
  rounds = watcher.rounds()
  seen = await watcher.stop()
}, 180_000)
afterAll(async () => {
  await supportmax(place, 'down')
  vault.close()
  await keyring?.close()
})

async function life(): Promise<void> {
  const [first = ''] = NAMES
  await run('config', 'validate', '--json')
  await run('secrets', 'list', '--json')
  await run('customer', 'show', first, '--json')
  await run('server', 'show', first, `well-${first}`)
  await run('compose', 'generate')
  await run('trust', '--yes')
  expect(await run('secrets', 'check')).toBe(0)
  await run('secrets', 'check', '--json')
  await run('up', '--dry-run')
  expect(await run('up', '--timeout', '20')).toBe(0)
  await run('status', '--json')
  await run('up', '--json')
  for (const source of NAMES) {
    await run('tools', source, '--json')
    expect(await run('tools', 'call', source, `well-${source}`, 'environment')).toBe(0)
    await run('tools', 'call', source, `well-${source}`, 'broken', '--json')
    await run('chat', '--customer', source, '-p', 'environment', '--json')
    await run('logs', source)
  }
  await run('smoke', '--json')
  await run('restart', first)
}

/** Every file below a folder. */
function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map(name => join(folder, name))
    .filter(path => statSync(path, { throwIfNoEntry: false })?.isFile())
}

describe.each(NAMES)('a credential from %s', source => {
  const canary = canaryOf(source)

  it('reaches its server', () => {
    const asked = outputs.find(({ args }) => args.at(-1) === 'environment' && args[2] === source)
    expect(asked?.text).toContain('‹hidden›')
  })

  it('is in no output', () => {
    expect(outputs.filter(({ text }) => text.includes(canary)).map(({ args }) => args.join(' '))).toEqual([])
  })

  it('is in no file but its source', () => {
    const sources = [join(place.folder, 'mcp_credentials.env'), join(place.folder, 'kept')]
    const files = filesIn(place.folder).filter(path => !sources.some(one => path.startsWith(one)))
    expect(files.length).toBeGreaterThan(5)
    expect(files.filter(path => readFileSync(path).includes(canary))).toEqual([])
  })

  it.skipIf(process.platform !== 'linux')(
    'is in the arguments of no process, and in the environment only of its server',
    () => {
      expect(rounds).toBeGreaterThan(100)
      const others = seen.filter(
        ({ text, place, command }) =>
          text === canary &&
          !(place === 'environ' && (isServer(command, source) || isSource(command, source))),
      )
      expect(others.map(({ place, command }) => `${place}: ${command}`)).toEqual([])
    },
  )
})

/** The program itself, and the bridge that starts it with the same arguments. */
function isServer(command: string, source: string): boolean {
  return ['well', 'mutters'].some(way => command.includes(`${FIXTURE} ${way} ${source} `))
}

/** The command line, which the shell gave the variable. */
function isSource(command: string, source: string): boolean {
  return source === 'environment' && command.includes('supportmax.js')
}
