import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { SupportError } from '../base/errors.ts'
import { packageRoot } from '../base/package-root.ts'
import { type McpType, mcpTypeSchema } from './type.ts'

/** All known MCP types by name, in the order of their names. To add one is to add a file. */
export type Catalog = ReadonlyMap<string, McpType>

let loaded: Catalog | undefined

/** Reads templates/mcp-types/*.json once. A broken file is an error that names it. */
export function loadCatalog(): Catalog {
  loaded ??= readCatalog(join(packageRoot(), 'templates', 'mcp-types'))
  return loaded
}

/** Reads one folder of type files, unremembered. */
export function readCatalog(folder: string): Catalog {
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
      {
        hint: 'compare it with the other files beside it, or see docs/catalogue.md',
      },
    )
  }
  if (parsed.data.type !== basename(file, '.json'))
    throw new SupportError('usage', `${file}: holds the type "${parsed.data.type}"`, {
      hint: `name the file ${parsed.data.type}.json`,
    })
  return parsed.data
}

function parseJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    throw new SupportError('usage', `${file}: ${(error as Error).message}`, {
      hint: 'it must be plain JSON',
      cause: error,
    })
  }
}
