// Credentials that commands print, from the first consent to a changed value.
import { appendFileSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Place, placeIn, type Ran, startSupportmax, supportmax, withoutDocker } from '../helpers/cli.ts'
import { closing } from '../helpers/closing.ts'
import { newFolder } from '../helpers/folder.ts'
import { startServer } from '../helpers/mcp-servers.ts'
import { until } from '../helpers/until.ts'

const FIXTURE = fileURLToPath(new URL('../fixtures/stdio-server.ts', import.meta.url))

let place: Place
/** Everything that any command printed. */
let printed: string

async function run(...args: string[]): Promise<Ran> {
  const ran = await supportmax(place, ...args)
  printed += ran.stdout + ran.stderr
  return ran
}

const inFolder = (name: string) => join(place.folder, name)
const setValue = (value: string) => writeFileSync(inFolder('value.txt'), `${value}\n`)
/** How often each credential was asked for. */
const asked = (): string[] => {
  try {
    return readFileSync(inFolder('asked.txt'), 'utf8').trim().split('\n').sort()
  } catch {
    return []
  }
}

/** Notes that it was asked, then prints a value of its own. */
const script = (name: string) => ({
  command: ['/bin/sh', '-c', `echo ${name} >> asked.txt; echo "$(/bin/cat value.txt)-of-${name}"`],
})

beforeEach(async () => {
  printed = ''
  place = withoutDocker(placeIn(newFolder()))
  const { url } = closing(await startServer({ kind: 'legacy', tools: [{ name: 'ping', run: () => 'pong' }] }))
  const document = {
    runtime: 'local',
    customers: [
      {
        name: 'Acme',
        mcp_servers: [
          {
            name: 'files',
            command: process.execPath,
            args: [FIXTURE, 'well'],
            env: { KEY: '${FILES_KEY}' },
            read_only_tools: ['environment'],
          },
          { name: 'wiki', url, headers: { 'X-Key': '${WIKI_KEY}' } },
        ],
      },
      { name: 'Beta', mcp_servers: [{ name: 'other', url, headers: { 'X-Key': '${BETA_KEY}' } }] },
    ],
    platforms: { openai: {} },
    secrets: {
      from: {
        FILES_KEY: script('FILES_KEY'),
        WIKI_KEY: script('WIKI_KEY'),
        BETA_KEY: script('BETA_KEY'),
        OPENAI_API_KEY: script('OPENAI_API_KEY'),
      },
      cache_seconds: 0.5,
    },
  }
  writeFileSync(inFolder('mcp_servers.json'), JSON.stringify(document))
  setValue('canary-first-value')
})
afterEach(async () => {
  await run('down')
})

const rowsIn = (stdout: string): Record<string, unknown>[] => JSON.parse(stdout)
const statesIn = (stdout: string) => Object.fromEntries(rowsIn(stdout).map(one => [one.name, one.state]))

describe('a credential that a command prints', () => {
  it('is not asked for before a person has allowed the command, and again after it changed', async () => {
    const { code, stdout } = await run('secrets', 'check', 'acme', '--json')
    expect([code, statesIn(stdout)]).toEqual([1, { FILES_KEY: 'not_allowed', WIKI_KEY: 'not_allowed' }])
    const status = await run('status', 'acme', '--json')
    const [, wiki] = JSON.parse(status.stdout).servers
    expect([wiki.state, wiki.hint]).toEqual([
      'missing_credentials',
      'run `supportmax trust` to see and allow it, then run `supportmax up acme`',
    ])
    expect(wiki.reason).toContain('WIKI_KEY: comes from a command that you have not allowed: /bin/sh -c ')
    expect(asked()).toEqual([])

    await run('trust', 'acme', '--yes')
    expect((await run('secrets', 'check', 'acme')).stdout).toBe('2 credentials: all have a value\n')
    expect(asked()).toEqual(['FILES_KEY', 'WIKI_KEY'])
    const changed = readFileSync(inFolder('mcp_servers.json'), 'utf8').replace('echo WIKI_KEY', 'echo OTHER')
    writeFileSync(inFolder('mcp_servers.json'), changed)
    const again = await run('secrets', 'check', 'acme', '--json')
    expect(statesIn(again.stdout)).toEqual({ FILES_KEY: 'found', WIKI_KEY: 'not_allowed' })
    expect(JSON.parse((await run('trust', 'acme', '--json')).stdout).commands).toMatchObject([
      { secret: 'WIKI_KEY', changed: true, server: null, platform: null },
    ])
    expect(printed).not.toContain('canary')
  })

  it('is asked for only where its value is needed', async () => {
    await run('trust', '--yes')
    const quiet = [
      ['config', 'validate'],
      ['customers'],
      ['customer', 'show', 'acme'],
      ['server', 'show', 'acme', 'wiki'],
      ['secrets', 'list'],
      ['trust'],
      ['up', 'acme', '--help'],
    ]
    for (const words of quiet) await run(...words)
    expect(asked()).toEqual([])
    expect(statesIn((await run('secrets', 'list', '--json')).stdout)).toEqual({
      BETA_KEY: 'not_fetched',
      FILES_KEY: 'not_fetched',
      OPENAI_API_KEY: 'not_fetched',
      WIKI_KEY: 'not_fetched',
    })
    expect((await run('customer', 'show', 'acme')).stdout).toContain('credentials not fetched yet: WIKI_KEY')
    // The server of ours does not run; the other one is probed.
    const { servers } = JSON.parse((await run('status', 'acme', '--json')).stdout)
    expect(servers.map((one: { state: string }) => one.state)).toEqual(['stopped', 'ready'])
    expect(asked()).toEqual(['WIKI_KEY'])
    await run('up', 'acme')
    expect(asked()).toEqual(['FILES_KEY', 'WIKI_KEY', 'WIKI_KEY'])
  })

  it('that changed is not noticed by status, which does not ask, but by the next up', async () => {
    await run('trust', '--yes')
    expect((await run('up', 'acme')).stderr).toContain('2 of 2 ready')
    setValue('canary-second-value')
    const status = JSON.parse((await run('status', 'acme', '--json')).stdout)
    expect(status.servers.map((one: { state: string; reason: string }) => [one.state, one.reason])).toEqual([
      ['ready', expect.not.stringContaining('credential')],
      ['ready', expect.any(String)],
    ])
    expect((await run('up', 'acme')).stderr).toContain('credential changed')
    const call = await run('tools', 'call', 'acme', 'files', 'environment')
    expect(call.stdout + call.stderr).toContain('‹hidden›')
    expect(printed).not.toMatch(/canary-(first|second)/)
  })

  it('is fetched again by up --watch when its time has ended', async () => {
    await run('trust', '--yes')
    const { child, ended } = startSupportmax(place, 'up', 'acme', '--watch')
    closing({ close: async () => void child.kill('SIGKILL') })
    let text = ''
    child.stderr?.on('data', part => {
      text += part
    })
    await until('watching', () => text.includes('watching the credentials'))
    setValue('canary-second-value')
    await until('noticed', () => text.includes('credential changed: acme/files'))
    await until('started', () => text.split(/of \d ready/).length > 2)
    child.kill('SIGINT')
    await ended
    expect(text).not.toContain('canary')
  })

  it('that takes too long is waited for with a note, then killed, and the other server starts', async () => {
    const text = readFileSync(inFolder('mcp_servers.json'), 'utf8')
    const { secrets, ...rest } = JSON.parse(text)
    secrets.from.WIKI_KEY = { command: ['/bin/sh', '-c', 'echo $$ > pid.txt; exec /bin/sleep 1000'] }
    secrets.timeout_seconds = 3
    writeFileSync(inFolder('mcp_servers.json'), JSON.stringify({ ...rest, secrets }))
    await run('trust', '--yes')
    const { code, stderr } = await run('up', 'acme')
    expect(code).toBe(1)
    expect(stderr).toContain('waiting for 1 credential: WIKI_KEY\n')
    expect(stderr).toContain('missing credentials: WIKI_KEY: command "/bin/sh" timed out after 3 s\n')
    expect(stderr).toContain('1 of 2 ready')
    expect(() => process.kill(Number(readFileSync(inFolder('pid.txt'), 'utf8')), 0)).toThrow('ESRCH')
  })

  it.each([['chat', '-p', 'hello'], ['platforms', 'explain', 'hello'], ['platforms']])(
    'for a platform does not delay Ctrl+C in %s',
    async (...command) => {
      const config = JSON.parse(readFileSync(inFolder('mcp_servers.json'), 'utf8'))
      const slow = ['/bin/sh', '-c', 'echo OPENAI_API_KEY > asked.txt; exec /bin/sleep 60']
      config.secrets.from = { OPENAI_API_KEY: { command: slow } }
      config.secrets.timeout_seconds = 60
      config.customers = [{ name: 'Acme', mcp_servers: [] }]
      writeFileSync(inFolder('mcp_servers.json'), JSON.stringify(config))
      await run('trust', '--yes')
      const customer = command.length > 1 ? ['--customer', 'acme'] : []
      const { child, ended } = startSupportmax(place, ...command, ...customer)
      child.stdin?.end()
      await until('the command', () => asked().includes('OPENAI_API_KEY'))
      child.kill('SIGINT')
      const { code, stderr } = await ended
      expect([code, stderr]).toEqual([130, expect.stringContaining('supportmax: interrupted')])
    },
  )

  it('is nowhere but in the environment of its server', async () => {
    await run('trust', '--yes')
    await run('up', 'acme')
    await run('logs', 'acme')
    await run('secrets', 'check', '--json')
    await run('status', '--json')
    appendFileSync(inFolder('mcp_credentials.env'), '')
    const files = readdirSync(inFolder('state'), { recursive: true, encoding: 'utf8' })
      .map(name => join(inFolder('state'), name))
      .filter(path => statSync(path).isFile())
    expect(files.length).toBeGreaterThan(3)
    for (const path of files) expect(readFileSync(path).includes('canary'), path).toBe(false)
    expect(argumentsEverywhere()).not.toContain('canary-first-value')
    expect(printed).not.toContain('canary')
  })
})

/** The command lines of all processes of this machine that can be read. */
function argumentsEverywhere(): string {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .map(pid => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
      } catch {
        return ''
      }
    })
    .join('\n')
}
