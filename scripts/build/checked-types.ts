import type { Plugin } from 'esbuild'
import { builtInTypes } from '../../src/catalog/built-in.ts'
import type { McpType } from '../../src/catalog/type.ts'

/** Puts the built-in types into the program, checked, instead of the code that reads and checks them at each start. */
export function checkedTypes(read: () => McpType[] = builtInTypes): Plugin {
  return {
    name: 'checked-types',
    setup({ onLoad }) {
      onLoad({ filter: /\/src\/catalog\/built-in\.ts$/ }, () => ({
        contents: `const types = ${JSON.stringify(JSON.stringify(read()))}; export const builtInTypes = () => JSON.parse(types)`,
      }))
    },
  }
}
