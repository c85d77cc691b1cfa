import { describe, expect, it } from 'vitest'
import { fitsPattern, leftOutReason } from '../../src/config/settings/tool-patterns.ts'
import { errorsOf, projectOf } from '../helpers/projects.ts'

describe('a pattern', () => {
  it.each([
    ['get_page', 'get_*', true],
    ['get_', 'get_*', true],
    ['get', 'get_*', false],
    ['forget_page', 'get_*', false],
    ['page_get', '*_get', true],
    ['list_all_pages', 'list_*_pages', true],
    ['list_pages', 'list_*_pages', false],
    ['a-b-c-d', 'a*b*d', true],
    ['a-c-b', 'a*b*c', false],
    ['aba', 'ab*ba', false],
    ['get.page', 'get?page', false],
    ['get_page', 'get_page', true],
    ['get_pages', 'get_page', false],
    ['anything', '*', true],
    ['', '*', true],
  ])('%j matches %j: %s', (name, pattern, fits) => {
    expect(fitsPattern(name, pattern)).toBe(fits)
  })

  it('of many stars is compared at once, even with a name that almost matches', () => {
    expect(fitsPattern(`${'a'.repeat(200)}b`, `${'a*'.repeat(200)}c`)).toBe(false)
    expect(fitsPattern('a'.repeat(200), `${'a*'.repeat(150)}`)).toBe(true)
  })
})

describe('"tools" of a server', () => {
  it('offer what is included and not excluded, by names and patterns', () => {
    const choice = { include: ['get_*', 'search'], exclude: ['get_secret', '*_admin'] }
    const offered = ['get_page', 'search', 'get_secret', 'get_admin', 'put_page'].filter(
      name => leftOutReason(name, choice) === undefined,
    )
    expect(offered).toEqual(['get_page', 'search'])
    expect(leftOutReason('get_admin', choice)).toBe('"tools" of its server exclude "*_admin"')
    expect(leftOutReason('put_page', choice)).toBe('"tools" of its server do not include it')
  })

  it('keep the test call of a type from being made', () => {
    const server = (tools: object) => ({
      customers: [{ name: 'Acme', host: 'am.example', mcp_servers: [{ type: 'alertmanager', tools }] }],
    })
    const smokeOf = (tools: object) => projectOf(server(tools)).customers[0]?.servers[0]?.smoke?.tool
    expect(smokeOf({})).toBe('get_status')
    expect(smokeOf({ exclude: ['get_*'] })).toBeUndefined()
    expect(smokeOf({ include: ['list_alerts'] })).toBeUndefined()
  })
})

describe('read_only_tools', () => {
  const server = (names: string[]) => ({
    customers: [
      {
        name: 'Acme',
        mcp_servers: [{ name: 'wiki', url: 'https://wiki.example/mcp', read_only_tools: names }],
      },
    ],
  })

  it('have names and patterns', () => {
    expect(projectOf(server(['search', 'get_*'])).customers[0]?.servers[0]?.readOnly).toEqual({
      hints: false,
      tools: ['search'],
      patterns: ['get_*'],
    })
  })

  it.each(['*', '**'])('refuse a lone %s', star => {
    expect(errorsOf(server(['get_*', star]))).toEqual([
      expect.stringMatching(/read_only_tools\[1\]: would make every tool of this server read-only/),
    ])
  })
})
