import { EXIT } from '../../../base/errors.ts'
import { packageVersion } from '../../../base/package-root.ts'
import type { Run } from '../../context.ts'

export const run: Run = async ({ print }) => {
  print.result(packageVersion())
  return EXIT.ok
}
