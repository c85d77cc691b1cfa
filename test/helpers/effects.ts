import type { Effect } from '../../src/toolset/toolset.ts'

export const WRITES: Effect = {
  kind: 'write',
  because: 'its server says that it deletes and overwrites nothing',
}
export const DESTROYS: Effect = { kind: 'destructive', because: 'its server says so' }
