import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { builtInTypes } from './built-in.ts'
import { filesIn, ownIn, TypeFault } from './read.ts'
import type { McpType } from './type.ts'

/** All known MCP types by name, sorted. A type is added by adding a file. */
export type Catalog = ReadonlyMap<string, CatalogType>

type CatalogType = McpType & {
  /** Whether it is one of the project's own. */
  isOwn: boolean
}

/** Folder of a project's own types, beside its configuration file. */
const OWN_FOLDER = 'mcp-types'

/** Reserved: the types of servers without a type. */
const KINDS = ['remote', 'command', 'package', 'image']

let builtIn: Catalog | undefined

/**
 * The types under templates/mcp-types/, read once, and those beside the configuration file, if one is named. Throws a
 * TypeFault for a broken file.
 */
export function loadCatalog(configFile?: string): Catalog {
  builtIn ??= new Map(builtInTypes().map(type => [type.type, { ...type, isOwn: false }]))
  const folder = configFile && join(dirname(resolve(configFile)), OWN_FOLDER)
  if (folder === undefined || !existsSync(folder)) return builtIn
  const types = new Map(builtIn)
  for (const file of filesIn(folder)) {
    const type = readOwn(file, builtIn)
    types.set(type.type, type)
  }
  return new Map([...types].sort(([a], [b]) => (a < b ? -1 : 1)))
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
