import { describe, expect, it } from 'vitest'
import { readRunner } from '../../src/packages/runner.ts'
import { packageText } from '../../src/packages/spec.ts'

function read(line: string) {
  const [command = '', ...args] = line.split(' ')
  const call = readRunner(command, args)
  return call && 'spec' in call ? { ...call, spec: packageText(call.spec) } : call
}

describe('npx and uvx', () => {
  it.each([
    ['npx -y @scope/name', { spec: 'npm:@scope/name', bin: undefined, args: [] }],
    ['npx -y name@1.2.3 --flag value', { spec: 'npm:name@1.2.3', args: ['--flag', 'value'] }],
    ['npx --yes --quiet name@latest -y', { spec: 'npm:name', args: ['-y'] }],
    [
      'npx -y --package=@scope/name@1.0.0 program -x',
      { spec: 'npm:@scope/name@1.0.0', bin: 'program', args: ['-x'] },
    ],
    ['npx -p name program', { spec: 'npm:name', bin: 'program', args: [] }],
    ['npx -y -- name --x', { spec: 'npm:name', args: ['--x'] }],
    ['npm exec -y name -- --x', { spec: 'npm:name', args: ['--', '--x'] }],
    ['/usr/bin/npx -y name', { spec: 'npm:name' }],
    ['npx.cmd -y name', { spec: 'npm:name' }],
    ['uvx mcp-server-time --x', { spec: 'pypi:mcp-server-time', args: ['--x'] }],
    ['uvx mcp-server-time@2026.10.19', { spec: 'pypi:mcp-server-time==2026.10.19' }],
    ['uvx name==1.0', { spec: 'pypi:name==1.0' }],
    ['uvx --from mcp[cli]==1.2 mcp run', { spec: 'pypi:mcp[cli]==1.2', bin: 'mcp', args: ['run'] }],
    ['uv tool run --isolated name@latest', { spec: 'pypi:name' }],
  ])('%s names a package', (line, call) => {
    expect(read(line)).toMatchObject(call)
  })

  it.each([
    ['npx -c rm', 'npx has the option -c, which is not supported here'],
    ['npx --registry=http://x name', 'npx has the option --registry, which is not supported here'],
    ['uvx --with other name', 'uvx has the option --with, which is not supported here'],
    ['uvx --python 3.12 name', 'uvx has the option --python, which is not supported here'],
    [
      'uvx --from git+https://example.com/x name',
      '"git+https://example.com/x" is not the name of a PyPI package',
    ],
    ['npx github:user/repository', '"github:user/repository" is not the name of an npm package'],
    ['npx ./server.js', '"./server.js" is not the name of an npm package'],
    ['npx -p one -p two program', 'npx names 2 packages'],
    ['npx -y', 'npx names no package'],
    ['npx name@^2', '"^2" is not an exact version'],
  ])('%s is refused', (line, message) => {
    expect(read(line)).toMatchObject({ message })
  })

  it.each(['node server.js', 'npm start', 'uv run server.py', 'npx-like name', 'docker run x'])(
    '%s is a command of its own',
    line => expect(read(line)).toBeUndefined(),
  )
})
