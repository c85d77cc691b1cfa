// Values that would hang, leak or be ignored silently.

import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { interpretProject, readProject } from '../../src/config/load.ts'
import { loadCredentials } from '../../src/secrets/credentials.ts'
import { newFolder } from '../helpers/folder.ts'
import { errorsOf } from '../helpers/projects.ts'

const external = (server: object) => ({
  customers: [
    { name: 'Acme', mcp_servers: [{ type: 'grafana', url: 'https://mcp.example/mcp', ...server }] },
  ],
})

describe('a ca_file', () => {
  const errorFor = (make: (path: string) => void): string | undefined => {
    const folder = newFolder()
    make(join(folder, 'ca.pem'))
    const file = join(folder, 'mcp_servers.json')
    writeFileSync(file, JSON.stringify(external({ ca_file: 'ca.pem' })))
    return readProject(file).errors.map(one => one.message)[0]
  }

  it.each<[string, (path: string) => void, string]>([
    ['does not exist', () => {}, 'file not found'],
    ['is a folder', path => mkdirSync(path), 'cannot be read (is a folder)'],
    [
      'is a pipe that nobody writes to',
      path => execFileSync('mkfifo', [path]),
      'cannot be read (is not a regular file)',
    ],
    [
      'is huge',
      path => writeFileSync(path, Buffer.alloc(6_000_000)),
      'cannot be read (is larger than 5.0 MB)',
    ],
    [
      'consists of beginnings',
      path => writeFileSync(path, '-----BEGIN CERTIFICATE-----\n'.repeat(150_000)),
      'certificate 1 of 150000 cannot be read',
    ],
    [
      'has a key before its certificate',
      path => writeFileSync(path, '-----BEGIN PRIVATE KEY-----\nx\n-----END PRIVATE KEY-----\n'),
      'contains no PEM certificate',
    ],
  ])('that %s is refused at once', (_, make, message) => {
    expect(errorFor(make)).toBe(message)
  })

  it('of the defaults is reported once, in its place', () => {
    const document = {
      defaults: { ca_file: 'no.pem', proxy: 'socks5://x' },
      customers: ['A', 'B'].map(name => ({ name, mcp_servers: [] })),
    }
    expect(errorsOf(document).map(text => /defaults\.[^\n]*/.exec(text)?.[0])).toEqual([
      'defaults.ca_file: file not found',
      'defaults.proxy: unsupported protocol "socks5://"',
    ])
  })
})

describe('an address', () => {
  it.each([
    'https:\\\\u:SECRET-9f8e7d@mcp.example\\mcp',
    'https:/u:SECRET-9f8e7d@mcp.example/mcp',
    'https://u:pa@SECRET-9f8e7d@mcp.example/mcp',
  ])('with a password is refused however it is written: %j', url => {
    const errors = errorsOf(external({ url }))
    expect(errors).toHaveLength(1)
    expect(errors[0]).not.toContain('9f8e7d')
  })

  it('gets no variable of the system, nor a token of our own servers', () => {
    for (const name of ['USER', 'HOME', 'PATH', 'SUPPORTMAX_TOKEN_ACME__GRAFANA']) {
      const errors = errorsOf(external({ url: `https://mcp.example/\${${name}}` }))
      expect(errors.join()).toContain(`url: names ${name}, which is not a credential`)
    }
  })
})

describe('a header', () => {
  it.each([
    [{ 'X-A': '${token}' }, 'headers.X-A: contains "${token}", which is never replaced'],
    [{ 'X-A': 'pa${SECRET' }, 'headers.X-A: contains "${", which is never replaced'],
    [{ Expect: '100-continue' }, 'headers.Expect: belongs to the connection, not to a request'],
    [{ 'Proxy-Authorization': '${P}' }, 'headers.Proxy-Authorization: belongs to the connection'],
  ])('%j is refused', (headers, message) => {
    expect(errorsOf(external({ headers }))[0]).toContain(message)
  })

  it('with credentials is refused next to other credentials', () => {
    const url = 'https://${NAME}:${PASS}@mcp.example/mcp'
    expect(errorsOf(external({ url, headers: { authorization: 'Bearer ${T}' } }))[0]).toContain(
      'headers.authorization: is also set by the user in "url"',
    )
    expect(errorsOf(external({ url, bearer_env: 'T' }))[0]).toContain(
      'bearer_env: conflicts with the user in "url"',
    )
  })
})

it('the key of a model platform does not go to a server of a customer without a warning', () => {
  const text = JSON.stringify({
    ...external({ headers: { 'X-Key': '${ANTHROPIC_API_KEY}' } }),
    platforms: { anthropic: { enabled: true } },
  })
  expect(interpretProject('f.json', text).warnings.map(one => `${one.path}: ${one.message}`)).toEqual([
    'customers[0]: sends the key of the platform anthropic to a server: ANTHROPIC_API_KEY',
  ])
})

it('a host without the proxy is one host', () => {
  for (const host of ['a,b', 'http://a', ' a', ''])
    expect(errorsOf(external({ no_proxy: [host] }))[0]).toContain('no_proxy[0]: must')
})

it('the file of another client is recognised without showing its secrets', () => {
  const errors = errorsOf({
    mcpServers: {
      grafana: {
        url: 'https://u:SECRET-9f8e7d@g.example/s/8f14e45fceea167a5a36dedd4bea2543/mcp?x=SECRET-9f8e7d',
      },
      'grafana-2': { env: { GRAFANA_URL: 'https://u:SECRET-9f8e7d@g.example' } },
    },
  })
  expect(errors[0]).toContain('this is the configuration of another MCP client')
  expect(errors[0]).not.toMatch(/9f8e7d|8f14e45f/)
})

it('a large credentials file with odd line ends and quotes is read quickly', () => {
  const file = join(newFolder(), 'mcp_credentials.env')
  writeFileSync(file, `${'A="x"\rB\n'.repeat(40_000)}${'C="\'`\u2028\n'.repeat(40_000)}`)
  chmodSync(file, 0o600)
  const { warnings } = loadCredentials(file, {})
  const [misread, replaced] = [warnings.slice(0, 6), warnings.slice(6)]
  expect(misread.map(one => [one.line, one.message])).toMatchObject([
    [1, 'A: the value ends at the second "; the rest of the line is ignored'],
    ...Array.from({ length: 4 }, () => [expect.any(Number), expect.any(String)]),
    [undefined, expect.stringMatching(/^[\d,]+ more lines like this$/)],
  ])
  expect(replaced).toHaveLength(6)
  expect(replaced[0]?.message).toMatch(/^A: replaced by line \d+$/)
})
