import { describe, expect, it } from 'vitest'
import { FIND_TOOLS, findTools } from '../../../src/dialects/select/find.ts'
import { searchTools, wordsOf } from '../../../src/dialects/select/search.ts'
import type { ToolSpec } from '../../../src/platforms/platform.ts'

const spec = (name: string, description: string, ...args: string[]): ToolSpec => ({
  name,
  description,
  inputSchema: { type: 'object', properties: Object.fromEntries(args.map(arg => [arg, {}])) },
})

const SPECS = [
  spec('am__list_alerts', 'Lists what is firing now.', 'severity'),
  spec('am__create_silence', 'Silences an alert for some time.', 'alertname', 'duration'),
  spec('grafana__searchDashboards', 'Dashboards by name.', 'query'),
  spec('genesys__list_queues', 'Queues with how many wait.', 'site'),
  spec('crm__get_company', 'One company with its contacts. An alert may name one.', 'companyId'),
]
const found = (query: string, most?: number) => searchTools(SPECS, query, most).map(one => one.name)

describe('search', () => {
  it('splits names into words and folds plurals', () => {
    expect(wordsOf('searchDashboards HTTPServer list_queues-v2 the Companies matches status')).toEqual([
      'search',
      'dashboard',
      'http',
      'server',
      'list',
      'queue',
      'v2',
      'company',
      'match',
      'status',
    ])
  })

  it('ranks a match in the name above one in the description', () => {
    expect(found('alerts')[0]).toBe('am__list_alerts')
    expect(found('alerts')).toContain('crm__get_company')
  })

  it('weighs a rare word more than a common one', () => {
    expect(found('list queue')[0]).toBe('genesys__list_queues')
    expect(found('silence an alert')[0]).toBe('am__create_silence')
  })

  it('finds tools by names of arguments and by the beginning of a word', () => {
    expect(found('duration')).toEqual(['am__create_silence'])
    expect(found('silencing')).toEqual([])
    expect(found('dash')).toEqual(['grafana__searchDashboards'])
  })

  it('finds nothing if no word is shared, and no more than requested', () => {
    expect(found('weather in Berlin')).toEqual([])
    expect(found('what is the')).toEqual([])
    expect(found('alert list company', 2)).toHaveLength(2)
  })

  it('notices a changed description with the same schema', () => {
    const one = spec('a__b', 'cats')
    expect(searchTools([one], 'dogs')).toEqual([])
    expect(searchTools([{ ...one, description: 'dogs' }], 'dogs')).toHaveLength(1)
  })

  it('accepts any schema', () => {
    const odd = [null, 'x', [], { properties: null }] as never as Record<string, unknown>[]
    const specs = odd.map((inputSchema, i) => ({ name: `a__t${i}`, description: 'cats', inputSchema }))
    expect(searchTools(specs, 'cat')).toHaveLength(4)
  })
})

describe('a call of find_tools', () => {
  it('lists the matches with one line each, and returns their names', () => {
    const { text, found: names, isError } = findTools(SPECS, { query: 'silence' })
    expect(names).toEqual(['am__create_silence'])
    expect(text).toContain('- am__create_silence: Silences an alert for some time.')
    expect(isError).toBe(false)
  })

  it('reports that nothing matches', () => {
    expect(findTools(SPECS, { query: 'weather' })).toMatchObject({
      text: expect.stringContaining('None of the 5 tools matches "weather"'),
      found: [],
    })
  })

  it.each([undefined, null, {}, { query: 5 }, { query: ' ' }])('answers %j in words', args => {
    expect(findTools(SPECS, args)).toMatchObject({
      text: expect.stringContaining('"query" is missing'),
      isError: true,
    })
  })

  it('has a description without a number, so that it is the same for every toolset', () => {
    expect(FIND_TOOLS.description).not.toMatch(/\d/)
  })
})
