// scripts/build.ts replaces this file by one that has the types in it: checking them takes as long as loading a configuration.

import { join } from 'node:path'
import { packageRoot } from '../base/package-root.ts'
import { filesIn, typeIn } from './read.ts'
import type { McpType } from './type.ts'

/** The types under templates/mcp-types/. Throws a TypeFault for a broken file. */
export function builtInTypes(): McpType[] {
  return filesIn(join(packageRoot(), 'templates', 'mcp-types')).map(typeIn)
}
