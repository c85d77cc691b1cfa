import { loadCatalog } from '../../../catalog/load.ts'
import { jsonSchema } from '../../../config/document/json-schema.ts'
import type { Run } from '../../context.ts'

export const run: Run = async ({ print, config }) => {
  print.result(JSON.stringify(jsonSchema(loadCatalog(config)), null, 2))
  return 0
}
