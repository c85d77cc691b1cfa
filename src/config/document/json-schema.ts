import { z } from 'zod'
import type { Catalog } from '../../catalog/load.ts'
import type { McpType } from '../../catalog/type.ts'
import { documentSchema } from './schema/document.ts'

type Json = { [key: string]: unknown }

/** JSON Schema of mcp_servers.json with the `config` keys of every known type, for editors. */
export function jsonSchema(catalog: Catalog): unknown {
  const schema = z.toJSONSchema(documentSchema, { target: 'draft-7', unrepresentable: 'any' }) as Json
  allowComments(schema)
  const server = at(schema, ['properties', 'customers', 'items', 'properties', 'mcp_servers', 'items'])
  const types = [...catalog.values()]
  at(server, ['properties']).type = {
    enum: types.map(one => one.type),
    description: 'See `supportmax types`',
  }
  server.allOf = types.map(configOf)
  return { title: 'supportmax: mcp_servers.json', ...schema }
}

function configOf(type: McpType): Json {
  const keys = Object.entries(type.config).flatMap(([name, { description, aliases, kind }]) =>
    [name, ...aliases].map(key => [key, { description, ...(kind === 'number' ? { type: 'number' } : {}) }]),
  )
  const config = {
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(keys),
    patternProperties: { '^_': {} },
  }
  // Built from entries: an object literal with a `then` would look like a promise.
  return Object.fromEntries([
    ['if', { properties: { type: { const: type.type } } }],
    ['then', { properties: { config } }],
  ])
}

function at(schema: Json, path: string[]): Json {
  return path.reduce((inner, key) => inner[key] as Json, schema)
}

/** Keys that begin with `_` are comments everywhere. */
function allowComments(node: unknown): void {
  if (Array.isArray(node)) node.forEach(allowComments)
  else if (typeof node === 'object' && node !== null) {
    const object = node as Json
    if (object.additionalProperties === false) object.patternProperties = { '^_': {} }
    Object.values(object).forEach(allowComments)
  }
}
