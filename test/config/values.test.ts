import { X509Certificate } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { loadCatalog } from '../../src/catalog/load.ts'
import { problemText } from '../../src/config/document/problems.ts'
import { interpretProject } from '../../src/config/load.ts'
import { missingCredentials, unsendableCredentials } from '../../src/config/missing-credentials.ts'
import { slug } from '../../src/config/resolve/identity.ts'
import { regionHost } from '../../src/mcps/genesys/regions.ts'
import { loadCredentials } from '../../src/secrets/credentials.ts'
import { type Certificates, createCertificates } from '../helpers/certificates.ts'
import { newFolder } from '../helpers/folder.ts'
import { errorsOf, projectOf } from '../helpers/projects.ts'

const one = (server: object, customer: object = {}) => ({
  customers: [{ name: 'Acme', ...customer, mcp_servers: [server] }],
})
const grafana = (config: object, customer: object = {}) =>
  one({ type: 'grafana', config: { grafana_url: 'https://g.example', ...config } }, customer)
const genesys = (region: unknown) => one({ type: 'genesys', config: { region } })

describe('a host', () => {
  it.each([
    ['https://monitoring.acme.example:8443/', 'is a URL, not a host name', 'monitoring.acme.example'],
    ['monitoring.acme.example/grafana', 'contains a path', 'monitoring.acme.example'],
    ['monitoring.acme.example:8443', 'contains a port', 'monitoring.acme.example'],
    ['[2001:db8::1]:9093', 'contains a port', '[2001:db8::1]'],
    ['admin@monitoring.acme.example', 'contains a user', 'monitoring.acme.example'],
    ['${host}', 'contains "${host}", which is never replaced', '${NAME}, in capitals'],
    ['$HOST.example', 'contains "$HOST", which is never replaced', '${NAME}, in capitals'],
    ['two words', 'is not a host name', 'monitoring.example.com'],
  ])('%s is refused at its own place', (host, message, hint) => {
    const errors = errorsOf(one({ type: 'alertmanager' }, { host }))
    expect(errors[0]).toContain(`customers[0].host: ${message}`)
    expect(errors[0]).toContain(hint)
    expect(errors).toHaveLength(1)
  })

  it.each([
    'monitoring.acme.example',
    '10.1.2.3',
    '[2001:db8::1]',
    'grafana',
    '${MON_HOST}',
    '${SITE}.example',
  ])('%s is fine', host => {
    const text = JSON.stringify(one({ type: 'alertmanager' }, { host }))
    expect(interpretProject('f.json', text).errors).toEqual([])
  })
})

describe('port 0, which no server can have', () => {
  const base = 'customers[0].mcp_servers[0]'
  it.each([
    [`${base}.url`, one({ type: 'grafana', url: 'http://mcp.example:0/mcp' })],
    [`${base}.url`, one({ type: 'grafana', url: 'http://mcp-grafana-acme:0/mcp' })],
    [`${base}.url`, one({ type: 'grafana', url: 'http://${HOST}:0/mcp' })],
    [
      `${base}.proxy`,
      one({ type: 'grafana', url: 'https://mcp.example/mcp', proxy: 'http://proxy.example:0' }),
    ],
    [
      'customers[0].proxy',
      one({ type: 'grafana', url: 'https://mcp.example/mcp' }, { proxy: 'http://p.example:0' }),
    ],
    [`${base}.config.grafana_url`, grafana({ grafana_url: 'http://grafana.example:0' })],
    [
      'platforms.mine.base_url',
      {
        ...one({ type: 'grafana' }, { host: 'a.example' }),
        platforms: { mine: { base_url: 'http://a.example:0/v1', model: 'm' } },
      },
    ],
  ])('is refused in %s', (place, document) => {
    const errors = errorsOf(document)
    expect(errors).toHaveLength(1)
    expect(errors[0]).toContain(`${place}: has port 0, which no server can have`)
  })
})

describe('the values of a type', () => {
  it.each([
    ['eu-centra-1', 'unknown value "eu-centra-1" (did you mean "eu-central-1"?)'],
    ['eu_west_1', 'unknown value "eu_west_1" (did you mean "eu-west-1"?)'],
    ['frankfurt', 'unknown value "frankfurt"'],
    ['mypurecloud.fr', 'unknown value "mypurecloud.fr" (did you mean'],
    ['eu', 'unknown value "eu"'],
  ])('a region that does not exist is refused: %s', (region, message) => {
    const [error] = errorsOf(genesys(region))
    expect(error).toContain(`customers[0].mcp_servers[0].config.region: ${message}`)
    expect(error).toContain('use one of: us-east-1, ')
  })

  it.each(['eu-central-1', 'EU-Central-1', 'mypurecloud.de', 'https://api.mypurecloud.de/', '${REGION}'])(
    'a region that exists is accepted: %s',
    region => expect(errorsOf(genesys(region))).toEqual([]),
  )

  it('are those that our own server knows', () => {
    const values = loadCatalog().get('genesys')?.config.region?.values ?? []
    expect(values.length).toBeGreaterThan(30)
    for (const value of values) expect(() => regionHost(value)).not.toThrow()
  })

  it.each([
    [-1, 'must be 1 or more'],
    [0, 'must be 1 or more'],
    [1.5, 'must be a whole number'],
    ['1', 'must be a number'],
    [null, 'must be a number'],
  ])('an id is a whole number from 1: not %j', (id, message) => {
    expect(errorsOf(grafana({ org_id: id }))[0]).toContain(`config.org_id: ${message}`)
  })

  it('a port with a fraction is quoted, not told as a number that is no number', () => {
    const config = { alertmanager_url: 'http://a.example' }
    const server = { type: 'alertmanager', port: 80.5, config }
    expect(errorsOf({ customers: [{ name: 'A', mcp_servers: [server] }] })).toEqual([
      expect.stringContaining('customers[0].mcp_servers[0].port: must be a whole number, not 80.5'),
    ])
  })

  it('a tenant is what a header can carry', () => {
    const config = (tenant: string) =>
      one({ type: 'alertmanager', config: { alertmanager_url: 'http://a.example', tenant } })
    expect(errorsOf(config('team-1|team-2'))).toEqual([])
    expect(errorsOf(config('team 1/2'))[0]).toContain(
      'config.tenant: must be a tenant: printable ASCII without spaces',
    )
  })
})

describe('a CA file', () => {
  let certificates: Certificates
  beforeAll(() => {
    certificates = createCertificates()
  })
  const errorsWith = (name: string, content: string | Buffer, key = 'ca_file'): string[] => {
    const folder = newFolder()
    writeFileSync(join(folder, name), content)
    const files = key === 'ca_file' ? {} : { client_cert_file: 'cert.pem', client_key_file: name }
    writeFileSync(join(folder, 'cert.pem'), readFileSync(certificates.ca))
    const server = { type: 'grafana', url: 'https://mcp.example/mcp', ...files }
    const document = one(server, key === 'ca_file' ? { ca_file: name } : {})
    return interpretProject(join(folder, 'f.json'), JSON.stringify(document)).errors.map(problemText)
  }

  it('is a bundle of PEM certificates, with or without text around them', () => {
    const pem = readFileSync(certificates.ca, 'utf8')
    expect(errorsWith('ca.pem', pem)).toEqual([])
    expect(errorsWith('ca.pem', `# our CAs\r\n${pem.replaceAll('\n', '\r\n')}\n${pem}`)).toEqual([])
  })

  it.each([
    [
      'ca.cer',
      (ca: X509Certificate) => ca.raw,
      'is DER, but must be PEM',
      'openssl x509 -inform der -in ca.cer -out ca.pem',
    ],
    ['ca.pem', () => 'not a certificate', 'contains no PEM certificate', 'BEGIN CERTIFICATE'],
    ['ca.pem', () => '', 'contains no PEM certificate', 'BEGIN CERTIFICATE'],
    [
      'ca.pem',
      (ca: X509Certificate) => `${ca}${String(ca).replace(/M/g, 'N')}`,
      'certificate 2 of 2 cannot be read',
      'export it again',
    ],
    ['ca.p12', () => Buffer.from([0x30, 0x82, 1, 2, 3]), 'contains no PEM certificate', 'BEGIN CERTIFICATE'],
  ])('an invalid %s is refused', (name, make, message, hint) => {
    const content = make(new X509Certificate(readFileSync(certificates.ca)))
    const [error] = errorsWith(name, content)
    expect(error).toContain(`customers[0].ca_file: ${message}`)
    expect(error).toContain(hint)
  })

  it('has a key beside it that is one, and not encrypted', () => {
    const key = readFileSync(certificates.cert('client').key)
    expect(errorsWith('k.pem', key, 'key')).toEqual([])
    expect(errorsWith('k.pem', readFileSync(certificates.ca), 'key')[0]).toContain(
      'contains no PEM private key',
    )
    expect(errorsWith('k.pem', '-----BEGIN ENCRYPTED PRIVATE KEY-----\nx', 'key')[0]).toContain(
      'is encrypted',
    )
  })
})

describe("another client's file", () => {
  it.each([
    [{ mcpServers: { exa: { command: 'npx' } } }],
    [{ servers: { exa: { type: 'http', url: 'https://mcp.exa.example/mcp?exaApiKey=x&api_key=SECRET' } } }],
    [{ context_servers: { exa: { url: 'https://mcp.exa.example/mcp' } } }],
    [{ mcp: { exa: { type: 'remote', url: 'https://mcp.exa.example/mcp' } } }],
    [{ mcp_servers: { exa: { url: 'https://mcp.exa.example/mcp' } } }],
    [{ inputs: [], servers: { exa: { serverUrl: 'https://mcp.exa.example/mcp' } } }],
  ])('is known by where it keeps its servers, and can be imported: %j', document => {
    const errors = errorsOf(document)
    expect(errors).toHaveLength(1)
    expect(errors[0]).toContain('this is the configuration of another MCP client')
    expect(errors[0]).toContain('then run `supportmax import theirs.json --customer NAME`')
    expect(errors[0]).not.toContain('SECRET')
  })

  it('is not suspected where there are customers', () => {
    expect(errorsOf({ mcpServers: {}, customers: [] })[0]).toContain('mcpServers: unknown key')
  })
})

describe('an id', () => {
  it.each([
    ['Ørsted', 'orsted'],
    ['Größe', 'groesse'],
    ['Müller & Söhne', 'mueller-soehne'],
    ['Łódź', 'lodz'],
    ['Ærø Æsir', 'aero-aesir'],
    ['Đuro Đaković', 'duro-dakovic'],
    ['Citroën', 'citroen'],
    ['İstanbul', 'istanbul'],
    ['Москва GmbH', 'moskva-gmbh'],
    ['[OD] Atlanta', 'od-atlanta'],
    ['東京', ''],
    ['Ελλάδα', ''],
  ])('is made of the letters of %s: %s', (name, id) => {
    expect(slug(name)).toBe(id)
  })
})

describe('a credential that cannot be sent', () => {
  const withValue = (document: object, values: Record<string, string>) => {
    const server = projectOf(document).customers[0]?.servers[0]
    if (!server) throw new Error('no server')
    const credentials = { get: (name: string) => values[name] }
    return {
      why: unsendableCredentials(server, credentials),
      missing: missingCredentials(server, credentials),
    }
  }
  const external = one({ type: 'grafana', url: 'https://x.example/mcp', bearer_env: 'TOKEN' })

  it.each([
    ['“abc”', 'TOKEN contains “ (U+201C), which an HTTP header cannot carry'],
    ['abc\ndef', 'TOKEN contains a line break, which an HTTP header cannot carry'],
    ['abc\u00a0def', 'TOKEN contains a space (U+00A0), which an HTTP header cannot carry'],
    ['abc\u0007', 'TOKEN contains a control character (U+0007), which an HTTP header cannot carry'],
    [' abc', 'TOKEN begins or ends with a space'],
    ['schlüssel', 'TOKEN contains ü (U+00FC), which an HTTP header cannot carry'],
  ])('is reported by name: %j', (value, words) => {
    expect(withValue(external, { TOKEN: value })).toEqual({ why: [words], missing: ['TOKEN'] })
  })

  it('is found wherever it goes into a header, and nowhere else', () => {
    const token = one({
      type: 'alertmanager',
      config: { alertmanager_url: 'http://a.example', token_env: 'T' },
    })
    expect(withValue(token, { T: '“x”' }).why).toHaveLength(1)
    const basic = one({
      type: 'alertmanager',
      config: { alertmanager_url: 'http://a.example', username_env: 'U', password_env: 'P' },
    })
    expect(withValue(basic, { U: 'jürgen', P: 'pass “word”' }).why).toEqual([])
    const header = one({ type: 'grafana', url: 'https://x.example/mcp', headers: { 'X-A': 'v1 ${H}' } })
    expect(withValue(header, { H: 'ä' }).why).toHaveLength(1)
    const system = one({
      type: 'alertmanager',
      config: { alertmanager_url: 'http://a.example' },
      headers: { 'X-A_env': 'H' },
    })
    expect(withValue(system, { H: 'a"b' }).why).toEqual([
      'H contains " (U+0022), which a container\'s headers cannot carry',
    ])
    const url = one({ type: 'grafana', url: 'https://x.example/mcp?key=${K}' })
    expect(withValue(url, { K: 'a b#c' }).why[0]).toContain(
      'contains a space (U+0020), which a URL can carry only percent-encoded',
    )
    expect(withValue(url, { K: 'a%20b%23c' }).why).toEqual([])
    const parts = one({ type: 'grafana', url: 'https://${HOST}:${PORT}/mcp', proxy: 'http://${PROXY}' })
    expect(withValue(parts, { HOST: 'a.example', PORT: '8443', PROXY: 'p:1' }).why).toEqual([])
    expect(withValue(parts, { HOST: 'a.example', PORT: 'https', PROXY: 'p:1:2' }).why).toEqual([
      'HOST and PORT make an invalid "url"',
      'PROXY makes an invalid "proxy"',
    ])
  })
})

describe('a line of the credentials file', () => {
  const warningsOf = (text: string): string[] => {
    const file = join(newFolder(), 'mcp_credentials.env')
    writeFileSync(file, text, { mode: 0o600 })
    return loadCredentials(file, {}).warnings.map(warning =>
      problemText({ ...warning, file: 'f' }).replace('\n  ', ' — '),
    )
  }

  it.each([
    ['A=abc#def', "f:1: A: the value ends at the # — write it as A='…'"],
    ['A=abc$def', "f:1: A: `docker compose` expands the $, but supportmax does not — write it as A='…'"],
    ['A="abc${DEF}"', "f:1: A: `docker compose` expands the $, but supportmax does not — write it as A='…'"],
    [
      'A="a\\tb"',
      "f:1: A: `docker compose` reads the backslashes in double quotes as escapes — write it as A='…'",
    ],
    ['A=`abc`', "f:1: A: `docker compose` reads the backticks as part of the value — write it as A='…'"],
    ['A="abc', "f:1: A: the value begins with \", which is never closed — write it as A='…'"],
    [
      "A='it's'",
      'f:1: A: the value ends at the second \'; the rest of the line is ignored — write it as A="…"',
    ],
    ["\n# x\nB=1\nexport A=x'y#z", 'f:4: A: the value ends at the # — write it as A="…"'],
    [`A=x'y"#z`, 'f:1: A: the value ends at the # — write it as A=`…`'],
  ])('that is not read as it looks causes a warning: %j', (text, warning) => {
    expect(warningsOf(text)).toEqual([warning])
    expect(warningsOf(text).join()).not.toMatch(/abc|def/i)
  })

  it.each([
    "A='abc#def$x\\'",
    'A=abc # a comment',
    'A="two words"',
    'A=',
    'A=a$',
    "A='x' # why",
    'A="a\\nb"',
  ])('that is read as it looks causes no warning: %j', text => expect(warningsOf(text)).toEqual([]))

  it('is found quickly in a large file', () => {
    const lines = Array.from({ length: 60_000 }, (_, at) => `A${at}='x'\n`)
    expect(warningsOf(`${lines.join('')}B=a#b`)).toEqual([
      "f:60001: B: the value ends at the # — write it as B='…'",
    ])
  })
})
