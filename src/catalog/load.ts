import { existsSync, readdirSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { SupportError } from '../base/errors.ts'
import { readIfThere } from '../base/files.ts'
import { packageRoot } from '../base/package-root.ts'
import { fromPackaged, ownPackagedTypeSchema, packagedTypeSchema } from './packaged.ts'
import { type McpType, mcpTypeSchema, ownTypeSchema } from './type.ts'

/** All known MCP types by name, sorted. A type is added by adding a file. */
export type Catalog = ReadonlyMap<string, CatalogType>

type CatalogType = McpType & {
  /** Whether it is one of the project's own. */
  isOwn: boolean
}

/** Folder of a project's own types, beside its configuration file. */
const OWN_FOLDER = 'mcp-types'

/** In bytes. */
const LARGEST = 1_048_576

/** Reserved: the types of servers without a type. */
const KINDS = ['remote', 'command', 'package', 'image']

/** What is wrong with the file of one type. */
export class TypeFault extends SupportError {
  /** The file, what is wrong with it, and what to do. */
  readonly parts: { file: string; fault: string; hint: string }

  constructor(file: string, fault: string, hint: string, cause?: unknown) {
    super('usage', `${file}: ${fault}`, { hint, cause })
    this.parts = { file, fault, hint }
  }
}

let builtIn: Catalog | undefined

/**
 * The types under templates/mcp-types/, read once, and those beside the configuration file, if one is named. Throws a
 * TypeFault for a broken file.
 */
export function loadCatalog(configFile?: string): Catalog {
  builtIn ??= readBuiltIn()
  const folder = configFile && join(dirname(resolve(configFile)), OWN_FOLDER)
  if (folder === undefined || !existsSync(folder)) return builtIn
  const types = new Map(builtIn)
  for (const file of filesIn(folder)) {
    const type = readOwn(file, builtIn)
    types.set(type.type, type)
  }
  return new Map([...types].sort(([a], [b]) => (a < b ? -1 : 1)))
}

function readBuiltIn(): Catalog {
  const types = filesIn(join(packageRoot(), 'templates', 'mcp-types')).map(file => ({
    ...typeIn(file),
    isOwn: false,
  }))
  return new Map(types.map(type => [type.type, type]))
}

/** The file of a package is shorter. */
function typeIn(file: string): McpType {
  return isPackaged(file) ? fromPackaged(checked(file, packagedTypeSchema)) : checked(file, mcpTypeSchema)
}

function isPackaged(file: string): boolean {
  const { image } = (parseJson(file) ?? {}) as { image?: unknown }
  return typeof image === 'object' && image !== null && 'package' in image
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter(name => name.endsWith('.json'))
      .sort()
      .map(name => join(folder, name))
  } catch (cause) {
    throw new TypeFault(
      folder,
      'cannot be read',
      'use a readable folder with one JSON file for each type',
      cause,
    )
  }
}

function ownIn(file: string): McpType & { overrides: boolean } {
  if (!isPackaged(file)) return checked(file, ownTypeSchema)
  const { overrides, ...type } = checked(file, ownPackagedTypeSchema)
  return { ...fromPackaged(type), overrides }
}

/** A project's own type. It replaces a built-in one only if it says so. */
function readOwn(file: string, known: Catalog): CatalogType {
  const { overrides, ...type } = ownIn(file)
  const fault = (message: string, hint: string) => new TypeFault(file, message, hint)
  if (KINDS.includes(type.type))
    throw fault(`"${type.type}" is reserved for servers without a type`, 'choose another name')
  if (known.has(type.type) && !overrides)
    throw fault(
      `the type "${type.type}" is built in`,
      'choose another name, or add "overrides": true to replace it',
    )
  if (overrides && !known.has(type.type))
    throw fault(`has "overrides", but "${type.type}" is not a built-in type`, 'remove "overrides"')
  return { ...type, isOwn: true }
}

function checked<T extends { type: string }>(
  file: string,
  schema: { safeParse(value: unknown): { success: true; data: T } | Failed },
): T {
  const parsed = schema.safeParse(parseJson(file))
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    const where = issue?.path.join('.') ?? ''
    throw new TypeFault(
      file,
      `${where === '' ? '' : `${where}: `}${issueWords(issue?.message)}`,
      'correct it as docs/catalogue.md describes',
    )
  }
  if (parsed.data.type !== basename(file, '.json'))
    throw new TypeFault(
      file,
      `its name does not match its type "${parsed.data.type}"`,
      `rename the file to ${parsed.data.type}.json`,
    )
  return parsed.data
}

/** Zod's words, with plainer ones for a key that is missing. */
function issueWords(message = 'invalid'): string {
  return /received undefined$/.test(message) ? 'is missing' : message.replace(/^Unrecognized/, 'unrecognized')
}

interface Failed {
  success: false
  error: { issues: { path: PropertyKey[]; message: string }[] }
}

function parseJson(file: string): unknown {
  try {
    return JSON.parse(readIfThere(file, LARGEST) ?? '')
  } catch (error) {
    throw new TypeFault(file, (error as Error).message, 'write plain JSON, without comments', error)
  }
}
