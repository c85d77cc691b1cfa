import { Ajv } from 'ajv'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import type { Dialect } from '../../src/catalog/vendors.ts'
import { compileTools } from '../../src/dialects/compile.ts'
import type { ModelCall, ToolSpec } from '../../src/platforms/platform.ts'
import { NASTY, type Nasty } from './nasty.ts'
import { variantsOf } from './variants.ts'

const DIALECTS: Dialect[] = ['openai', 'anthropic', 'google', 'demo']

const spec = (name: string, inputSchema: unknown, description = `Does ${name}.`): ToolSpec => ({
  name,
  description,
  inputSchema: inputSchema as Record<string, unknown>,
})
const call = (name: string, args: Record<string, unknown>): ModelCall => ({
  id: 'c1',
  name,
  args,
  rawArgs: JSON.stringify(args),
})
const schemaFor = (dialect: Dialect, schema: unknown) =>
  compileTools(dialect, [spec('t', schema)]).tools[0]?.inputSchema as never as {
    properties: Record<string, Record<string, unknown>>
    description?: string
  }

describe.each(DIALECTS)('for %s', dialect => {
  it.each(NASTY)('$name: no valid call becomes impossible', nasty => {
    const compiled = compileTools(dialect, [spec('t', nasty.schema)])
    const [tool] = compiled.tools
    expect(compiled.unoffered.map(one => one.name)).toEqual(nasty.isLeft ? ['t'] : [])
    if (!tool) return
    expect(JSON.stringify(tool).length).toBeLessThan(200_000)
    const after = compiledBy.compile(tool.inputSchema)
    for (const args of rightArguments(nasty)) {
      const said = compiled.toPlatform(call('t', args))
      expect(after(said.args), `${JSON.stringify(said.args)}: ${JSON.stringify(after.errors)}`).toBe(true)
      expect(compiled.toOwn(said).args).toEqual(args)
    }
  })
})

const OPTIONS = { strict: false, validateFormats: false }
const compiledBy = new Ajv2020(OPTIONS)

/** The arguments of the list, and those of their variants that the original schema accepts. */
function rightArguments({ schema, valid, isLoose, isDraft7 }: Nasty): Record<string, unknown>[] {
  if (isLoose) return valid
  const before = (isDraft7 ? new Ajv(OPTIONS) : new Ajv2020(OPTIONS)).compile(withoutDraft(schema) as object)
  for (const args of valid) expect(before(args), JSON.stringify(before.errors)).toBe(true)
  return [...valid, ...variantsOf(valid).filter(args => before(args))]
}

function withoutDraft(schema: unknown): unknown {
  const { $schema: _, ...rest } = schema as Record<string, unknown>
  return rest
}

describe('names', () => {
  it('are replaced if illegal, and restored in calls', () => {
    const names = ['a b', 'a/b', '1st', 'ü', 'x'.repeat(80), 'ok__tool', '', 'ok__x0123456789abcdef']
    const compiled = compileTools(
      'openai',
      names.map(name => spec(name, {})),
    )
    const legal = compiled.tools.map(tool => tool.name)
    for (const name of legal) expect(name).toMatch(/^[A-Za-z_][A-Za-z0-9_-]{0,63}$/)
    expect(new Set(legal).size).toBe(names.length)
    expect(legal).toContain('ok__tool')
    expect(legal.map(compiled.original)).toEqual(names)
    expect(names.map(compiled.legal)).toEqual(legal)
  })

  it('that occur twice leave out the second tool', () => {
    const { tools, unoffered } = compileTools('google', [spec('a', {}), spec('a', { type: 'object' })])
    expect(tools).toHaveLength(1)
    expect(unoffered).toEqual([{ name: 'a', reason: 'another tool has the same name' }])
  })

  it('are legal in a history too, even if no tool has them', () => {
    expect(compileTools('openai', []).legal('gone tool')).toMatch(/^gone_tool__x/)
  })

  it('of arguments are restored at any depth', () => {
    const schema = { properties: { 'filter[id]': { type: 'array', items: { properties: { $top: {} } } } } }
    const compiled = compileTools('anthropic', [spec('t', schema)])
    const own = call('t', { 'filter[id]': [{ $top: 3, free: { 'as it is': 1 } }] })
    const there = compiled.toPlatform(own)
    expect(there.rawArgs).not.toContain('$top')
    expect(there.rawArgs).toContain('as it is')
    expect(compiled.toOwn(there)).toEqual(own)
  })
})

describe('what a dialect cannot express', () => {
  it('is put into the description', () => {
    const { description } = schemaFor('google', {
      properties: { a: { type: 'string', description: 'An id.', pattern: '^x', default: 'x1' } },
    }).properties.a as { description: string }
    expect(description).toBe('An id. (pattern: ^x; default: x1)')
  })

  it('is, for a huge enum, its size and some of its values', () => {
    const values = Array.from({ length: 600 }, (_, i) => `v${i}`)
    const { a } = schemaFor('openai', { properties: { a: { type: 'string', enum: values } } }).properties
    expect(a).toEqual({
      type: 'string',
      description: '(one of 600 values such as "v0", "v1", "v2", "v3", "v4")',
    })
  })

  it('is, for alternatives at the root, which arguments belong together', () => {
    const schema = { anyOf: [{ required: ['id'] }, { required: ['name', 'site'] }] }
    const [tool] = compileTools('anthropic', [spec('t', schema)]).tools
    expect(tool?.description).toBe('Does t. (give one of: id | name + site)')
  })

  it('is, for a long description, continued in the schema', () => {
    const text = `${'word '.repeat(300)}the end.`
    const [tool] = compileTools('openai', [spec('t', {}, text)]).tools
    expect(tool?.description.length).toBeLessThanOrEqual(1_024)
    expect(tool?.inputSchema.description).toMatch(/^… word .*the end\.$/)
  })

  it('is, for a recursion that was cut off, a list of its properties', () => {
    const schema = { type: 'object', properties: { kid: { $ref: '#' }, name: { type: 'string' } } }
    expect(JSON.stringify(schemaFor('openai', schema))).toContain('(with kid, name)')
  })
})

it('alternatives that share an argument keep both of its types', () => {
  const schema = {
    oneOf: [{ properties: { v: { type: 'string' } } }, { properties: { v: { type: 'number' } } }],
  }
  expect(schemaFor('openai', schema).properties.v).toEqual({
    anyOf: [{ type: 'string' }, { type: 'number' }],
  })
})

it('a schema is compiled once, in any list', () => {
  const schema = { type: 'object', properties: { q: { type: 'string' } } }
  const once = compileTools('openai', [spec('a', schema)]).tools[0]?.inputSchema
  expect(compileTools('openai', [spec('x', {}), spec('b', schema)]).tools[1]?.inputSchema).toBe(once)
  expect(compileTools('google', [spec('a', schema)]).tools[0]?.inputSchema).not.toBe(once)
})
