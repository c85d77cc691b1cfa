import { expect, it } from 'vitest'
import { hideSecret } from '../../src/base/redact.ts'
import { toolName } from '../../src/toolset/build/name.ts'

const LEGAL = /^[A-Za-z_][A-Za-z0-9_-]{0,63}$/

it('a legal name is server and tool unchanged', () => {
  expect(toolName('grafana', 'list_datasources')).toBe('grafana__list_datasources')
})

it('an illegal or over-long name ends in a hash', () => {
  expect(toolName('grafana', 'a.b/c d')).toMatch(/^grafana__a_b_c_d__x[0-9a-f]{16}$/)
  expect(toolName('grafana', 'x'.repeat(300))).toHaveLength(64)
})

it('a name with a credential shows nothing of it, also where its characters are illegal', () => {
  hideSecret('cAnarY/91x+Qz7')
  const name = toolName('grafana', 'p-cAnarY/91x+Qz7')
  expect(name).toMatch(/^grafana__p-_hidden___x[0-9a-f]{16}$/)
  expect(toolName('grafana', 'p-cAnarY/91x+Qz7')).toBe(name)
})

it('names are legal and never collide, for any names that servers give their tools', () => {
  const tools = [
    'a',
    'A',
    'a.b',
    'a_b',
    'a/b',
    '_a',
    '__a',
    'ü',
    'ö',
    '',
    'x'.repeat(70),
    `${'x'.repeat(70)}y`,
  ]
  const servers = ['a', 'a-b', 'b', 'grafana-with-quite-a-long-name-for-a-server']
  const names = servers.flatMap(server => tools.map(tool => toolName(server, tool)))
  // A tool whose name equals the hashed name of another one.
  const forged = names.map(name => name.slice(name.indexOf('__') + 2))
  const all = [...names, ...forged.filter(tool => !tools.includes(tool)).map(tool => toolName('a', tool))]
  expect(new Set(all).size).toBe(all.length)
  for (const name of all) expect(name).toMatch(LEGAL)
})
