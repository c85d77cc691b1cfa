import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { SupportError } from '../base/errors.ts'
import { packageRoot } from '../base/package-root.ts'
import { type McpType, mcpTypeSchema } from './type.ts'

/** All known MCP types by name, sorted. A type is added by adding a file. */
export type Catalog = ReadonlyMap<string, McpType>

let loaded: Catalog | undefined

/** The types under templates/mcp-types/, read once. Throws a usage error for a broken file. */
export function loadCatalog(): Catalog {
  loaded ??= readCatalog(join(packageRoot(), 'templates', 'mcp-types'))
  return loaded
}

function readCatalog(folder: string): Catalog {
  const files = readdirSync(folder)
    .filter(name => name.endsWith('.json'))
    .sort()
  return new Map(files.map(name => readType(join(folder, name))).map(type => [type.type, type]))
}

function readType(file: string): McpType {
  const parsed = mcpTypeSchema.safeParse(parseJson(file))
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    throw new SupportError(
      'usage',
      `${file}: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'invalid'}`,
      { hint: 'compare it with the other files in its folder, or read docs/catalogue.md' },
    )
  }
  if (parsed.data.type !== basename(file, '.json'))
    throw new SupportError('usage', `${file}: its name does not match its type "${parsed.data.type}"`, {
      hint: `rename the file to ${parsed.data.type}.json`,
    })
  return parsed.data
}

function parseJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    throw new SupportError('usage', `${file}: ${(error as Error).message}`, {
      hint: 'write plain JSON, without comments',
      cause: error,
    })
  }
}
