import { EXIT } from '../../../base/errors.ts'
import type { Run } from '../../context.ts'

export const run: Run = async ({ print, help }, words) => {
  print.result(help(words))
  return EXIT.ok
}
