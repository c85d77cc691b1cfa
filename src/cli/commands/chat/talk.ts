import type { App, PlatformOptions } from '../../../app.ts'
import type { Customer } from '../../../config/project.ts'
import type { Context } from '../../context.ts'

export async function talk(
  _context: Context,
  _app: App,
  _o: { customer: Customer } & PlatformOptions,
): Promise<number> {
  return 1
}
