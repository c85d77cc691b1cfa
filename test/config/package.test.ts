import { describe, expect, it } from 'vitest'
import { composeFile } from '../../src/exporters/compose/compose.ts'
import { errorsOf, projectOf } from '../helpers/projects.ts'

const documentOf = (server: object) => ({ customers: [{ name: 'Acme', mcp_servers: [server] }] })
const serverOf = (server: object) => projectOf(documentOf(server)).customers[0]?.servers[0]

describe('a server from a package', () => {
  it('is started by us, and nothing that it says is trusted', () => {
    const server = serverOf({
      name: 'browser',
      package: 'npm:@playwright/mcp@0.0.83',
      bin: 'playwright-mcp',
      args: ['--headless', '{port}'],
      env: { KEY: '${KEY}' },
      allow_scripts: ['sharp'],
    })
    expect(server).toMatchObject({
      managed: true,
      type: 'package',
      system: 'browser',
      args: ['--headless', '{port}'],
      limits: { memory: '512M', pids: 128 },
      readOnly: { hints: false, tools: [] },
      local: {
        kind: 'package',
        package: { name: '@playwright/mcp', bin: 'playwright-mcp', allowScripts: ['sharp'] },
      },
    })
    expect(server?.image).toEqual(server?.local)
    expect(server?.env).toContainEqual({ name: 'CHILD_KEY', value: '${KEY}' })
  })

  it('may be written as npx or uvx', () => {
    expect(serverOf({ name: 'x', command: 'npx', args: ['-y', 'name@1.2.3', '--flag'] })).toMatchObject({
      image: { kind: 'package', package: { registry: 'npm', name: 'name', version: '1.2.3' } },
      args: ['--flag'],
    })
    expect(serverOf({ name: 'x', command: 'uvx', args: ['--from', 'name', 'start'] })).toMatchObject({
      image: { kind: 'package', package: { registry: 'pypi', name: 'name', bin: 'start' } },
      args: [],
    })
  })

  it('has a container with a home in memory, and the image of its package', () => {
    const project = projectOf(documentOf({ name: 'x', package: 'npm:x@1.0.0', env: { HOME: '/tmp/mine' } }))
    const leases = { ports: new Map([['acme/x', 9301]]), subnets: new Map([['acme', '10.213.0.0/28']]) }
    const { text, images } = composeFile(project, { folder: '/nowhere', leases })
    expect(images.get('acme/x')).toBe('supportmax/npm-x:not-locked')
    expect(text).toContain('CHILD_HOME: "/tmp/mine"')
    expect(text).toContain('CHILD_XDG_CONFIG_HOME: "/tmp/.config"')
    expect(text).toContain('read_only: true')
  })

  it.each([
    [{ package: 'x@1' }, 'package: must begin with "npm:" or "pypi:"'],
    [{ package: 'npm:x@^1' }, 'package: "^1" is not an exact version'],
    [{ package: 'npm:x', command: 'x' }, 'package: conflicts with "command"'],
    [{ package: 'npm:x', cwd: 'a' }, 'cwd: is only for a server with a "command"'],
    [{ command: 'x', bin: 'a' }, 'bin: is only for a server with a "package"'],
    [
      { command: 'npx', args: ['x'], cwd: 'a' },
      'cwd: cannot be used with npx, which is read as the package that it names',
    ],
    [{ command: 'npx', args: ['-c', 'x'] }, 'args: npx has the option -c, which is not supported here'],
    [
      { package: 'npm:x', allow_scripts: ['sharp', '--script-shell=x'] },
      'allow_scripts[1]: is not the name of a package',
    ],
    [{ package: 'npm:x', args: ['${KEY}'] }, 'args[0]: names a credential'],
    [{ package: 'npm:x', env: { NODE_OPTIONS: '${X}' } }, 'env.NODE_OPTIONS: decides what is executed'],
  ])('%j is refused', (more, words) => {
    const errors = errorsOf(documentOf({ name: 'x', ...more }))
    expect(
      errors.some(error => `${error}`.includes(words)),
      `${errors}`,
    ).toBe(true)
  })
})
