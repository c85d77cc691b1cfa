import type { ToolSpec } from '../platform.ts'

/** More are refused by the API. */
const MOST_TOOLS = 128
const DEEPEST = 12

export interface Compiled {
  tools: { name: string; description: string; parameters: Record<string, unknown> }[]
  /** Names of tools that this dialect cannot say, each with its reason; one bad tool must not kill a request. */
  left: { name: string; reason: string }[]
}

/** Tools as OpenAI takes them: root an object without alternatives, references inlined, at most 128. */
export function compileTools(specs: readonly ToolSpec[]): Compiled {
  const compiled: Compiled = { tools: [], left: [] }
  for (const spec of specs) {
    if (compiled.tools.length === MOST_TOOLS) {
      compiled.left.push({ name: spec.name, reason: `more than ${MOST_TOOLS} tools` })
      continue
    }
    try {
      const { name, description } = spec
      compiled.tools.push({ name, description, parameters: rootOf(spec.inputSchema) })
    } catch (error) {
      compiled.left.push({ name: spec.name, reason: (error as Error).message })
    }
  }
  return compiled
}

/** The instructions, with a line on what could not be offered: a model must not deny that it exists. */
export function instructions(system: string, { left }: Compiled): string {
  if (left.length === 0) return system
  const names = left.map(one => `${one.name} (${one.reason})`).join(', ')
  return `${system}\n\nNot offered to you: ${names}.`
}

function rootOf(schema: Record<string, unknown>): Record<string, unknown> {
  const { $schema, $id, oneOf, anyOf, allOf, not, $defs, definitions, ...rest } = schema
  const flat = inline(rest, schema, 0) as Record<string, unknown>
  return { ...flat, type: 'object', properties: flat.properties ?? {} }
}

function inline(value: unknown, root: Record<string, unknown>, depth: number): unknown {
  if (depth > DEEPEST) throw new Error('its schema refers to itself, or is nested too deep')
  if (Array.isArray(value)) return value.map(item => inline(item, root, depth + 1))
  if (typeof value !== 'object' || value === null) return value
  const { $ref, ...rest } = value as Record<string, unknown>
  if (typeof $ref === 'string') return inline({ ...pointed(root, $ref), ...rest }, root, depth + 1)
  return Object.fromEntries(Object.entries(rest).map(([key, item]) => [key, inline(item, root, depth + 1)]))
}

function pointed(root: Record<string, unknown>, ref: string): Record<string, unknown> {
  if (!ref.startsWith('#/')) throw new Error(`its schema refers to ${ref}`)
  let at: unknown = root
  for (const part of ref.slice(2).split('/'))
    at = (at as Record<string, unknown> | undefined)?.[part.replaceAll('~1', '/').replaceAll('~0', '~')]
  if (typeof at !== 'object' || at === null)
    throw new Error(`its schema refers to ${ref}, which is not there`)
  return at as Record<string, unknown>
}
