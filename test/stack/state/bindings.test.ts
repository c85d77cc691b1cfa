import { spawn } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Server } from '../../../src/config/project.ts'
import { loadCredentials } from '../../../src/secrets/credentials.ts'
import { bindCredentials, missingOf } from '../../../src/stack/stack.ts'
import { boundFolderOf, openState } from '../../../src/stack/state/folder.ts'
import { newFolder } from '../../helpers/folder.ts'
import { projectOf } from '../../helpers/projects.ts'

const BINDER = fileURLToPath(new URL('../../fixtures/binder.ts', import.meta.url))

let home: string
beforeEach(() => {
  home = newFolder()
})

const external = (url: string, name = 'TOKEN_A', more: object = {}) => ({
  name: 'remote',
  url,
  bearer_env: name,
  ...more,
})

/** A project with these customers, as one run of the program sees it: `a` → its servers. */
function run(customers: Record<string, object[]>, values: Record<string, string>, more: object = {}) {
  const list = Object.entries(customers).map(([name, servers]) => ({ name, mcp_servers: servers }))
  const project = projectOf({ project: 'bound', customers: list, ...more }, join(home, 'mcp_servers.json'))
  const credentials = loadCredentials(join(home, 'none.env'), values)
  const state = openState(project, credentials, home)
  const server = (customer: string, at = 0) =>
    project.customers.find(one => one.id === customer)?.servers[at] as Server
  /** What would be sent, and what is said of it: [value, reason, hint]. */
  const use = (one: Server, name = 'TOKEN_A') => {
    bindCredentials({ credentials, state }, [one])
    const [refused] = state.bindings.refusalsOf({ server: one })
    return [state.secrets(one).get(name), refused?.reason, refused?.hint]
  }
  return { project, credentials, state, server, use }
}

const files = () => {
  const folder = boundFolderOf(join(home, 'mcp_servers.json'), home)
  return readdirSync(folder)
    .filter(name => name.startsWith('bindings'))
    .map(name => join(folder, name))
}
const SECRET = { TOKEN_A: 'canary-secret-of-a' }

describe('a credential', () => {
  it('is bound by its first use, and refused at another origin with both named', () => {
    const first = run({ a: [external('https://a.example/mcp')] }, SECRET)
    expect(first.use(first.server('a'))).toEqual(['canary-secret-of-a', undefined, undefined])
    const edited = run({ a: [external('https://b.example/mcp')] }, SECRET)
    expect(edited.use(edited.server('a'))).toEqual([
      undefined,
      'TOKEN_A belongs to https://a.example (a), not to https://b.example',
      'run `supportmax secrets allow TOKEN_A a remote` if that is right',
    ])
    expect(missingOf(edited, edited.server('a'))).toEqual(['TOKEN_A'])
  })

  it('may go to every path of its origin, however that is written', () => {
    const first = run({ a: [external('https://a.example/mcp')] }, SECRET)
    first.use(first.server('a'))
    for (const url of ['https://a.example/other/mcp', 'HTTPS://A.EXAMPLE:443/mcp', 'https://a.example?x=1']) {
      const again = run({ a: [external(url)] }, SECRET)
      expect(again.use(again.server('a'))[0]).toBe('canary-secret-of-a')
    }
  })

  it('stays bound by its name when its value is replaced', () => {
    const first = run({ a: [external('https://a.example/mcp')] }, SECRET)
    first.use(first.server('a'))
    const rotated = { TOKEN_A: 'canary-second-secret-of-a' }
    const later = run({ a: [external('https://a.example/mcp')] }, rotated)
    expect(later.use(later.server('a'))[0]).toBe('canary-second-secret-of-a')
    const edited = run({ a: [external('https://b.example/mcp')] }, rotated)
    expect(edited.use(edited.server('a'))[0]).toBeUndefined()
  })

  it('is refused under a new name, too, also a value from before it was replaced', () => {
    for (const value of ['canary-secret-of-a', 'canary-second-secret-of-a']) {
      const first = run({ a: [external('https://a.example/mcp')] }, { TOKEN_A: value })
      first.use(first.server('a'))
    }
    const copied = run({ b: [external('https://b.example/mcp', 'COPY')] }, { COPY: 'canary-secret-of-a' })
    expect(copied.use(copied.server('b'), 'COPY')).toEqual([
      undefined,
      'COPY has the value of TOKEN_A, which belongs to https://a.example (a), not to https://b.example (b)',
      'run `supportmax secrets allow COPY b remote` if that is right',
    ])
  })

  it('with a value that is no secret is bound only by its name', () => {
    const customers = { a: [external('https://a.example', 'ONE')], b: [external('https://b.example', 'TWO')] }
    for (const value of ['short', '1234567890', 'anonymous']) {
      const { use, server } = run(customers, { ONE: value, TWO: value })
      expect([use(server('a'), 'ONE')[0], use(server('b'), 'TWO')[0]]).toEqual([value, value])
    }
  })

  it('that is a user name may be that of others', () => {
    const basic = { username_env: 'WHO', password_env: 'PASS_A' }
    const a = { name: 'remote', url: 'https://a.example', auth: { basic } }
    const b = {
      ...a,
      url: 'https://b.example',
      auth: { basic: { username_env: 'WHO_B', password_env: 'PASS_B' } },
    }
    const values = {
      WHO: 'supportmax-reader',
      WHO_B: 'supportmax-reader',
      PASS_A: 'canary-a-1',
      PASS_B: 'canary-b-1',
    }
    const { use, server } = run({ a: [a], b: [b] }, values)
    expect([use(server('a'), 'WHO')[0], use(server('b'), 'WHO_B')[0]]).toEqual([
      'supportmax-reader',
      'supportmax-reader',
    ])
  })

  it('that two customers name belongs to the first one in the file, whichever starts first', () => {
    const customers = { a: [external('https://same.example')], b: [external('https://same.example')] }
    const { use, server } = run(customers, SECRET)
    expect(use(server('b'))).toEqual([
      undefined,
      'TOKEN_A belongs to https://same.example (a), not to b',
      'run `supportmax secrets allow TOKEN_A b remote` if that is right',
    ])
    expect(use(server('a'))[0]).toBe('canary-secret-of-a')
  })

  it('may go where a person has allowed it, also after its value was replaced', () => {
    const customers = { a: [external('https://a.example')], b: [external('https://b.example')] }
    const { state, server, use } = run(customers, SECRET)
    state.bindings.allow({ server: server('b') }, 'TOKEN_A')
    expect([use(server('b'))[0], use(server('a'))[0]]).toEqual(['canary-secret-of-a', 'canary-secret-of-a'])
    const rotated = run(customers, { TOKEN_A: 'canary-second-secret-of-a' })
    expect(rotated.use(rotated.server('a'))[0]).toBe('canary-second-secret-of-a')
    expect(rotated.use(rotated.server('b'))[0]).toBe('canary-second-secret-of-a')
  })

  it('is not bound for a server that must not have another one', () => {
    const first = run({ a: [external('https://a.example')] }, SECRET)
    first.use(first.server('a'))
    const more = { headers: { 'X-Key': '${OTHER}' } }
    const mixed = run(
      { a: [external('https://b.example', 'TOKEN_A', more)] },
      { ...SECRET, OTHER: 'canary-of-other' },
    )
    mixed.use(mixed.server('a'))
    expect(mixed.state.bindings.all().map(one => one.name)).toEqual(['TOKEN_A'])
  })

  it('of the default proxy belongs to everybody, and that of one customer does not', () => {
    const through = (proxy: string) => ({ ...external('https://b.example', 'T2'), proxy })
    const shared = { defaults: { proxy: 'http://${U}:${PROXY}@proxy.example:3128' } }
    const values = { T: 'canary-t-1', T2: 'canary-t-2', U: 'user', PROXY: 'canary-of-proxy' }
    const two = { a: [external('https://a.example', 'T')], b: [external('https://b.example', 'T2')] }
    const all = run(two, values, shared)
    expect(
      [all.use(all.server('a'), 'PROXY'), all.use(all.server('b'), 'PROXY')].map(([value]) => value),
    ).toEqual(['canary-of-proxy', 'canary-of-proxy'])
    const own = run({ b: [through('http://${U}:${PROXY}@proxy.example:3129')] }, values)
    expect(own.use(own.server('b'), 'PROXY')[1]).toBe(
      'U belongs to the proxy http://proxy.example:3128, not to the proxy http://proxy.example:3129 (b)',
    )
  })
})

describe('the file of bindings', () => {
  it('is private, holds no value, and is written only when something is new', () => {
    const { use, server } = run({ a: [external('https://a.example')] }, SECRET)
    use(server('a'))
    const [file = ''] = files()
    const { mtimeMs, ino, mode } = statSync(file)
    expect(mode & 0o777).toBe(0o600)
    expect(readFileSync(file, 'utf8')).not.toContain('canary')
    use(server('a'))
    const again = run({ a: [external('https://a.example')] }, SECRET)
    again.use(again.server('a'))
    expect(files()).toEqual([file])
    expect(statSync(file)).toMatchObject({ mtimeMs, ino })
  })

  it.each(['', '{', '[]', '{"format":1}', '{"format":1,"bindings":[{"name":"A"}]}'])(
    'refuses every credential when it contains %j',
    text => {
      const { use, server } = run({ a: [external('https://a.example')] }, SECRET)
      use(server('a'))
      const [file = ''] = files()
      writeFileSync(file, text)
      expect(use(server('a'))).toEqual([
        undefined,
        `${file}: is corrupted, so no credential is used`,
        expect.stringContaining('then remove the file'),
      ])
    },
  )

  it('that is a link to nowhere, or a folder, refuses every credential', () => {
    const { use, server } = run({ a: [external('https://a.example')] }, SECRET)
    use(server('a'))
    const [file = ''] = files()
    rmSync(file)
    symlinkSync(`${file}.gone`, file)
    expect(use(server('a')).slice(0, 2)).toEqual([
      undefined,
      `${file}: is corrupted, so no credential is used`,
    ])
    rmSync(file)
    mkdirSync(file)
    expect(use(server('a')).slice(0, 2)).toEqual([undefined, `${file}: cannot be read (is a folder)`])
  })

  it('that cannot be written refuses every first use', () => {
    const { use, server, project } = run({ a: [external('https://a.example')] }, SECRET)
    const folder = boundFolderOf(project.file, home)
    rmSync(folder, { recursive: true })
    writeFileSync(folder, '')
    expect(use(server('a'))[0]).toBeUndefined()
  })

  it('with a name that is not ours is left alone', () => {
    const { use, server, project } = run({ a: [external('https://a.example')] }, SECRET)
    writeFileSync(join(boundFolderOf(project.file, home), 'bindings-01.json'), '{}')
    expect(use(server('a'))[0]).toBe('canary-secret-of-a')
  })

  it('with the last number there is refuses what is new', () => {
    const { use, server, project } = run({ a: [external('https://a.example')] }, SECRET)
    const file = join(boundFolderOf(project.file, home), 'bindings-999999999999999.json')
    writeFileSync(file, '{"format":1,"bindings":[]}')
    expect(use(server('a')).slice(0, 2)).toEqual([
      undefined,
      `${file}: is corrupted, so no credential is used`,
    ])
  })

  it('of a newer version is refused and left as it is', () => {
    const { use, server } = run({ a: [external('https://a.example')] }, SECRET)
    use(server('a'))
    const [file = ''] = files()
    writeFileSync(file, '{"format":2}')
    expect(use(server('a'))[1]).toContain('written by a newer supportmax')
    expect(readFileSync(file, 'utf8')).toBe('{"format":2}')
  })

  it('loses nothing when programs bind at once, and a value that two of them use is bound to one', async () => {
    const programs = await Promise.all(
      [0, 1, 2, 3].map(async at => {
        const names = [...Array.from({ length: 12 }, (_, i) => `TOKEN_${at}_${i}`), `SHARED_${at}`]
        const servers = names.map(name => ({
          name: name.toLowerCase().replaceAll('_', '-'),
          url: `https://${at}.example`,
          bearer_env: name,
        }))
        const values = Object.fromEntries(
          names.map(name => [name, name.startsWith('S') ? 'canary-shared-1' : `canary-${name}`]),
        )
        const child = spawn(process.execPath, [BINDER], { stdio: ['pipe', 'pipe', 'inherit'] })
        child.stdin.end(JSON.stringify({ file: join(home, 'mcp_servers.json'), home, servers, values }))
        return JSON.parse(await text(child.stdout)) as string[]
      }),
    )
    const used = programs.flat()
    const bound = run({}, {})
      .state.bindings.all()
      .map(one => one.name)
    expect(bound.toSorted()).toEqual(used.toSorted())
    expect(used.filter(name => name.startsWith('TOKEN'))).toHaveLength(48)
    expect(used.filter(name => name.startsWith('SHARED'))).toHaveLength(1)
    expect(files()).toHaveLength(1)
  })
})
