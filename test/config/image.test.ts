import { describe, expect, it } from 'vitest'
import { interpretProject } from '../../src/config/load.ts'
import { composeFile } from '../../src/exporters/compose/compose.ts'
import { errorsOf, projectOf } from '../helpers/projects.ts'

const documentOf = (server: object) => ({ customers: [{ name: 'Acme', mcp_servers: [server] }] })
const serverOf = (server: object) => projectOf(documentOf(server)).customers[0]?.servers[0]
const run = (...args: string[]) => ({ name: 'x', command: 'docker', args: ['run', ...args] })

const IMAGE = { name: 'web', image: 'ghcr.io/acme/mcp:1.2', container_port: 8080 }

function serviceOf(server: object): string {
  const project = projectOf(documentOf(server))
  const leases = { ports: new Map([['acme/web', 9401]]), subnets: new Map([['acme', '10.213.0.0/28']]) }
  return composeFile(project, { folder: '/somewhere/acme', leases }).text
}

describe('a server that is an image', () => {
  it('runs in a container of its own, and nothing that it says is trusted', () => {
    const server = serverOf({ ...IMAGE, args: ['--all'], env: { KEY: '${KEY}' }, volumes: ['./data:/data'] })
    expect(server).toMatchObject({
      origin: 'entry',
      url: 'http://mcp-web-acme:8080/mcp',
      transport: 'streamable-http',
      containerPort: 8080,
      image: { kind: 'pull', ref: 'ghcr.io/acme/mcp:1.2', overrides: 'program' },
      local: undefined,
      args: ['--all'],
      volumes: [{ source: '/somewhere/acme/data', target: '/data' }],
      readOnly: { hints: false, tools: [] },
    })
    expect(server?.env).toContainEqual({ name: 'KEY', value: '${KEY}' })
  })

  it.each([
    [{}, '/mcp', 'streamable-http'],
    [{ path: '/api/sse' }, '/api/sse', 'sse'],
    [{ transport: 'sse' }, '/sse', 'sse'],
    [{ transport: 'sse', path: '/events' }, '/events', 'sse'],
    [{ transport: 'streamable-http', path: '/sse' }, '/sse', 'streamable-http'],
  ])('%j is served at %s by %s', (more, path, transport) => {
    expect(serverOf({ ...IMAGE, ...more })).toMatchObject({ path, transport })
  })

  it('over stdio publishes no port, is not started by hand, and its messages are in no log of the engine', () => {
    const server = { name: 'web', image: 'mcp/x', transport: 'stdio', env: { KEY: '${KEY}' } }
    const text = serviceOf(server)
    expect(text).toContain('stdin_open: true')
    expect(text).toContain('driver: "none"')
    expect(text).toMatch(/profiles:\s+- "supportmax"/)
    expect(text).toContain('KEY: "${KEY:-}"')
    expect(text).not.toMatch(/ports:|restart:|MCP_SERVER_TOKEN/)
  })

  it('mounts everything read-only', () => {
    const text = serviceOf({ ...IMAGE, volumes: ['./data:/data', '/srv/acme:/srv:ro'] })
    expect(text.match(/read_only: true/g)).toHaveLength(3)
    expect(text).toContain('source: "./data"')
  })

  it.each<[server: object, error: string]>([
    [{ name: 'x', image: 'y' }, 'has no "container_port"'],
    [{ ...IMAGE, image: 'Not An Image' }, 'image: is not a valid image name'],
    [{ ...IMAGE, image: '-v' }, 'image: is not a valid image name'],
    [{ ...IMAGE, container_port: 80 }, 'container_port: is below 1024'],
    [{ ...IMAGE, command: 'x' }, 'image: conflicts with "command"'],
    [
      { ...IMAGE, type: 'alertmanager', config: { alertmanager_url: 'http://am.example' } },
      'image: conflicts with "type"',
    ],
    [{ ...IMAGE, cwd: 'x' }, 'cwd: is only for a server with a "command"'],
    [{ ...IMAGE, transport: 'auto' }, 'transport: "auto" cannot be used with an "image"'],
    [{ ...IMAGE, transport: 'stdio' }, 'container_port: cannot be used with "transport": "stdio"'],
    [{ ...IMAGE, volumes: ['data:/data'] }, 'volumes[0]: names a volume of the engine'],
    [{ ...IMAGE, volumes: ['./a:b'] }, 'volumes[0]: must be "source:target"'],
    [{ ...IMAGE, volumes: ['./a:/b:rw'] }, 'volumes[0]: is writable'],
    [{ ...IMAGE, volumes: ['./${A}:/b'] }, 'volumes[0]: must not name a credential'],
    [{ ...IMAGE, args: ['${KEY}'] }, 'args[0]: names a credential'],
    [
      { name: 'x', url: 'https://x.example/mcp', volumes: ['./a:/b'] },
      'volumes: is only for a server with a "package" or an "image"',
    ],
    [
      { name: 'x', command: 'x', container_port: 8080 },
      'container_port: is only for a server with an "image"',
    ],
    [
      { type: 'alertmanager', transport: 'stdio', config: { alertmanager_url: 'http://am.example' } },
      'transport: "stdio" cannot be used with a "type"',
    ],
    [{ name: 'x', command: 'x', transport: 'sse' }, 'transport: "sse" cannot be used with a "command"'],
  ])('%j is refused in one line', (server, error) => {
    expect(errorsOf(documentOf(server))).toEqual([expect.stringContaining(error)])
  })
})

describe('a command that is docker run', () => {
  it('is the image that it names, over stdio', () => {
    const server = serverOf({
      ...run('-i', '--rm', '-e', 'KEY', '-eMODE=fast', '-v', './a:/b:ro', 'mcp/x:1', '-e', 'for it'),
      env: { KEY: '${KEY}' },
    })
    expect(server).toMatchObject({
      type: 'image',
      image: { kind: 'pull', ref: 'mcp/x:1' },
      local: { kind: 'held' },
      args: ['-e', 'for it'],
      volumes: [{ source: '/somewhere/acme/a', target: '/b' }],
    })
    expect(server?.env.slice(1)).toEqual([
      { name: 'KEY', value: '${KEY}' },
      { name: 'MODE', value: 'fast' },
    ])
  })

  it('is an image over HTTP if it publishes a port', () => {
    const server = serverOf({ ...run('-d', '--rm', '-p', '127.0.0.1:3000:8080', 'mcp/x'), path: '/api' })
    expect(server).toMatchObject({ url: 'http://mcp-x-acme:8080/api', local: undefined, hostPort: undefined })
  })

  it('mounts what --mount binds', () => {
    const server = serverOf(run('-i', '--mount', 'type=bind,src=/srv/a,dst=/a', 'mcp/x'))
    expect(server?.volumes).toEqual([{ source: '/srv/a', target: '/a' }])
  })

  it.each<[args: string[], error: string]>([
    [['-i', '--network', 'host', 'x'], 'docker run has the option --network'],
    [['-i', '--network=host', 'x'], 'docker run has the option --network'],
    [['-i', '--privileged', 'x'], 'docker run has the option --privileged'],
    [['-i', '-u', '0', 'x'], 'docker run has the option -u'],
    [['-it', 'x'], 'docker run has the option -t'],
    [['-i', '--entrypoint', 'sh', 'x'], 'docker run has the option --entrypoint'],
    [['-i', '--mount', 'type=volume,src=a,dst=/a', 'x'], 'docker run has the option --mount'],
    [['-i', '-e', 'KEY', 'x'], 'docker run passes on KEY, which is not set'],
    [['-i', '-v', '/var/run:/run:rw', 'X Y'], 'docker run names no image'],
    [['-i', '--rm'], 'docker run names no image'],
    [['--rm', 'x'], 'docker run has neither -i nor -p'],
    [['-i', '-v', 'data:/data', 'x'], 'names a volume of the engine'],
    [['-i', 'x', '${KEY}'], 'names a credential'],
  ])('docker run %j is refused in one line', (args, error) => {
    expect(errorsOf(documentOf(run(...args)))).toEqual([expect.stringContaining(error)])
  })

  it('warns of a variable that the container does not get', () => {
    const document = documentOf({ ...run('-i', 'x'), env: { DEBUG: '1' } })
    const { warnings } = interpretProject('f.json', JSON.stringify(document))
    expect(warnings.map(one => `${one.path}: ${one.message}`)).toEqual([
      'customers[0].mcp_servers[0].env.DEBUG: is not passed into the container',
    ])
  })
})

describe('a package that gets a path', () => {
  const pkg = { name: 'files', package: 'npm:@acme/files@1.0.0', args: ['/srv/docs/acme', '--verbose'] }
  const warningsOf = (server: object, more: object = {}) =>
    interpretProject('f.json', JSON.stringify({ ...documentOf(server), ...more })).warnings.map(
      one => `${one.path}: ${one.message}`,
    )

  it('warns that a container does not see it, unless a volume shows it or there is no container', () => {
    expect(warningsOf(pkg)).toEqual([
      'customers[0].mcp_servers[0].args[0]: is a path that the container cannot see',
    ])
    expect(warningsOf({ ...pkg, volumes: ['/srv/docs:/srv/docs'] })).toEqual([])
    expect(warningsOf(pkg, { runtime: 'local' })).toEqual([])
  })
})
