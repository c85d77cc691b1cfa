// Reads the files of types.

import { readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { SupportError } from '../base/errors.ts'
import { readIfThere } from '../base/files.ts'
import { fromPackaged, ownPackagedTypeSchema, packagedTypeSchema } from './packaged.ts'
import { type McpType, mcpTypeSchema, ownTypeSchema } from './type.ts'

/** In bytes. */
const LARGEST = 1_048_576

/** What is wrong with the file of one type. */
export class TypeFault extends SupportError {
  /** The file, what is wrong with it, and what to do. */
  readonly parts: { file: string; fault: string; hint: string }

  constructor(file: string, fault: string, hint: string, cause?: unknown) {
    super('usage', `${file}: ${fault}`, { hint, cause })
    this.parts = { file, fault, hint }
  }
}

/** The built-in type in this file. Throws a TypeFault. */
export function typeIn(file: string): McpType {
  return isPackaged(file) ? fromPackaged(checked(file, packagedTypeSchema())) : checked(file, mcpTypeSchema())
}

/** The file of a package is shorter. */
function isPackaged(file: string): boolean {
  const { image } = (parseJson(file) ?? {}) as { image?: unknown }
  return typeof image === 'object' && image !== null && 'package' in image
}

/** Paths of the files of types in a folder, sorted. Throws a TypeFault for a folder that cannot be read. */
export function filesIn(folder: string): string[] {
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

/** A project's own type in this file, and whether it may replace a built-in one. Throws a TypeFault. */
export function ownIn(file: string): McpType & { overrides: boolean } {
  if (!isPackaged(file)) return checked(file, ownTypeSchema())
  const { overrides, ...type } = checked(file, ownPackagedTypeSchema())
  return { ...fromPackaged(type), overrides }
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
