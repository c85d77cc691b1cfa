import { dirname, join } from 'node:path'
import { readIfThere } from '../../base/files.ts'
import { loadCatalog } from '../../catalog/load.ts'
import { jsonSchema } from '../document/json-schema.ts'
import { LARGEST_CONFIG } from '../document/parse.ts'
import type { FileChange } from './changes.ts'
import { SCHEMA_FILE } from './document.ts'

/** The JSON Schema as text, as `config schema` prints it. `config`: its own types are in it (default: only ours). */
export function schemaText(config?: string): string {
  return `${JSON.stringify(jsonSchema(loadCatalog(config)), null, 2)}\n`
}

/** The schema in the folder of a configuration. A copy: a path into an installation would be wrong on other machines. */
export function schemaBeside(config: string): FileChange {
  const file = join(dirname(config), SCHEMA_FILE)
  return { file, before: readIfThere(file, LARGEST_CONFIG), after: schemaText(config), mode: 0o644 }
}
