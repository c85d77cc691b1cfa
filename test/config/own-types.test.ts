import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { loadCatalog } from '../../src/catalog/load.ts'
import { readProject } from '../../src/config/load.ts'
import { needsConsent, type Server } from '../../src/config/project.ts'
import { newFolder } from '../helpers/folder.ts'

const WIKI = {
  type: 'wiki',
  title: 'Wiki',
  summary: 'Pages of the wiki',
  image: { pull: 'registry.example/wiki-mcp:2' },
  transport: 'streamable-http',
  path: '/mcp',
  ports: { container: 8000, host: 9500 },
  tokenEnv: 'WIKI_SERVER_TOKEN',
  config: { wiki_url: { kind: 'url', description: 'URL of the wiki', env: 'WIKI_URL', required: true } },
  readOnly: { hints: false, tools: ['search'] },
  limits: { cpus: 0.5, memory: '256M', pids: 64 },
  prompt: 'The wiki has the runbooks.',
}

describe('a type of the project', () => {
  let folder: string
  const server = (type: string, config: object) => ({
    customers: [{ name: 'Acme', mcp_servers: [{ type, config }] }],
  })

  beforeEach(() => {
    folder = newFolder()
    mkdirSync(join(folder, 'mcp-types'))
  })

  function reading(document: object, types: Record<string, unknown>) {
    for (const [name, type] of Object.entries(types))
      writeFileSync(join(folder, 'mcp-types', name), typeof type === 'string' ? type : JSON.stringify(type))
    const file = join(folder, 'mcp_servers.json')
    writeFileSync(file, JSON.stringify(document))
    return readProject(file)
  }

  it('can be a package, whose lock is beside the configuration', () => {
    const { type, title, summary, config, readOnly, prompt } = WIKI
    const image = { package: 'npm:wiki-mcp@1.2.3', bin: 'start' }
    const packaged = { type, title, summary, image, port: 9500, config, readOnly, prompt, env: { MODE: 'x' } }
    const document = server('wiki', { wiki_url: 'https://wiki.example' })
    const { project, errors } = reading(document, { 'wiki.json': packaged })
    expect(errors).toEqual([])
    const own = project?.customers[0]?.servers[0] as Server
    expect(own.image).toEqual({
      kind: 'package',
      package: {
        registry: 'npm',
        name: 'wiki-mcp',
        extras: [],
        version: '1.2.3',
        bin: 'start',
        allowScripts: [],
        lockFile: join(folder, 'mcp-locks', 'npm-wiki-mcp@1.2.3.package-lock.json'),
      },
    })
    expect(own.env).toContainEqual({ name: 'CHILD_WIKI_URL', value: 'https://wiki.example' })
    expect(own.env).toContainEqual({ name: 'CHILD_MODE', value: 'x' })
    expect(needsConsent(own)).toBe(true)
  })

  it('that names no package is refused', () => {
    const { type, title, summary, config, readOnly, prompt } = WIKI
    const image = { package: 'wiki-mcp' }
    const packaged = { type, title, summary, image, port: 9500, config, readOnly, prompt }
    expect(() => reading(server('wiki', {}), { 'wiki.json': packaged })).toThrow(
      'mcp-types/wiki.json: image.package: must begin with "npm:" or "pypi:"',
    )
  })

  it('is used like a built-in one, but only with consent', () => {
    const document = server('wiki', { wiki_url: 'https://wiki.example' })
    const { project, errors } = reading(document, { 'wiki.json': WIKI })
    expect(errors).toEqual([])
    const own = project?.customers[0]?.servers[0] as Server
    expect(own).toMatchObject({
      type: 'wiki',
      origin: 'project',
      image: { kind: 'pull', ref: 'registry.example/wiki-mcp:2' },
      tokenEnv: 'WIKI_SERVER_TOKEN',
      readOnly: { tools: ['search'] },
      prompt: 'The wiki has the runbooks.',
      local: undefined,
    })
    expect(own.env).toContainEqual({ name: 'WIKI_URL', value: 'https://wiki.example' })
    expect(needsConsent(own)).toBe(true)
    expect(loadCatalog().has('wiki')).toBe(false)
  })

  it('replaces a built-in one only if it says so', () => {
    const grafana = { ...WIKI, type: 'grafana' }
    const document = server('grafana', { wiki_url: 'https://wiki.example' })
    const { errors } = reading(document, { 'grafana.json': grafana })
    expect(errors).toEqual([
      {
        file: join(folder, 'mcp-types', 'grafana.json'),
        path: '',
        message: 'the type "grafana" is built in',
        hint: 'choose another name, or add "overrides": true to replace it',
      },
    ])
    const { project } = reading(document, { 'grafana.json': { ...grafana, overrides: true } })
    expect(project?.customers[0]?.servers[0]).toMatchObject({ origin: 'project', system: 'Wiki' })
    expect(needsConsent(project?.customers[0]?.servers[0] as Server)).toBe(true)
  })

  it('cannot keep everyone waiting with a pattern', () => {
    const pattern = { match: '(a+)+', words: 'a word of a' }
    const key = { kind: 'text', description: 'A word', env: 'WORD', pattern }
    const document = (word: string) => server('wiki', { word })
    const types = { 'wiki.json': { ...WIKI, config: { word: key } } }
    expect(reading(document('aaa'), types).errors).toEqual([])
    expect(reading(document('b'), types).errors).toMatchObject([{ message: 'must be a word of a' }])
    expect(reading(document(`${'a'.repeat(100)}!`), types).errors).toMatchObject([
      { message: "takes too long to compare with its type's pattern" },
    ])
  })

  it.each<[name: string, type: unknown, error: string]>([
    [
      'wiki.json',
      {
        ...WIKI,
        config: { word: { kind: 'text', description: 'A word', pattern: { match: '(', words: 'a word' } } },
      },
      'config.word.pattern.match: is not a valid regular expression',
    ],
    ['wiki.json', { ...WIKI, image: { build: 'alertmanager' } }, 'image'],
    ['wiki.json', { ...WIKI, local: { program: 'alertmanager' } }, 'local'],
    ['wiki.json', { ...WIKI, title: undefined }, 'title: is missing'],
    ['wiki.json', { ...WIKI, surprise: 1 }, 'unrecognized key: "surprise"'],
    ['wiki.json', { ...WIKI, overrides: true }, 'has "overrides", but "wiki" is not a built-in type'],
    ['page.json', WIKI, 'its name does not match its type "wiki"'],
    ['image.json', { ...WIKI, type: 'image' }, '"image" is reserved for servers without a type'],
    ['wiki.json', { ...WIKI, env: { SUPPORTMAX_OWNER: 'x' } }, 'env.SUPPORTMAX_OWNER: '],
    ['wiki.json', { ...WIKI, env: { 'A=B': 'x' } }, 'env.A=B: '],
    ['wiki.json', { ...WIKI, env: { A: 'x\u0000' } }, 'env.A: contains control characters'],
    [
      'wiki.json',
      { ...WIKI, local: { command: ['x\u0000'], install: 'install it' } },
      'local.command.0: contains control characters',
    ],
    ['wiki.json', '{ // a comment\n}', 'JSON'],
    ['wiki.json', '', 'JSON'],
  ])('%s is refused with its name: %j', (name, type, error) => {
    const { project, errors } = reading({ customers: [] }, { [name]: type })
    expect(project).toBeUndefined()
    expect(errors).toHaveLength(1)
    expect(errors[0]?.file).toBe(join(folder, 'mcp-types', name))
    expect(errors[0]?.message).toContain(error)
    expect(errors[0]?.hint).toMatch(/^(correct|choose|remove|rename|write) /)
  })
})
