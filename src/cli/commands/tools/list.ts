import { EXIT, SupportError } from '../../../base/errors.ts'
import { customerTitle } from '../../../config/project.ts'
import { selectCustomer } from '../../../config/select.ts'
import type { Toolset } from '../../../toolset/toolset.ts'
import type { Run } from '../../context.ts'
import { acceptWaiting } from './accept.ts'
import { printTools } from './tools-text.ts'

export const run: Run = async (context, [name = ''], options) => {
  const { print, open, signal } = context
  if (options.yes === true && options.accept !== true)
    throw new SupportError('usage', '--yes is only for --accept', { hint: 'add --accept' })
  const app = await open()
  try {
    const customer = selectCustomer(app.project, name)
    print.note(customerTitle(customer))
    const toolset = await app.toolsetFor(customer, signal)
    signal.throwIfAborted()
    if (options.accept === true) {
      const { accepted: file } = app.stack.state
      return await acceptWaiting(context, { customer, toolset, file, yes: options.yes === true })
    }
    if (print.mode === 'json') print.json(toolsJson(toolset))
    else printTools(print, toolset, customer.servers)
    return toolset.missing.length === 0 ? EXIT.ok : EXIT.failed
  } finally {
    await app.close()
  }
}

function toolsJson({ customer, tools, withheld, leftOut, patterns, missing }: Toolset): unknown {
  return { customer: customer.id, access: customer.access, tools, withheld, leftOut, patterns, missing }
}
