import { EXIT } from '../../../base/errors.ts'
import { oneLine } from '../../../base/text/words.ts'
import { customerTitle } from '../../../config/project.ts'
import { selectCustomer } from '../../../config/select.ts'
import type { Toolset } from '../../../toolset/toolset.ts'
import type { Run } from '../../context.ts'
import type { Printer } from '../../print.ts'

export const run: Run = async ({ print, open, signal }, [name = '']) => {
  const app = await open()
  try {
    const customer = selectCustomer(app.project, name)
    print.note(customerTitle(customer))
    const toolset = await app.toolsetFor(customer, signal)
    if (print.mode === 'json') print.json(asJson(toolset))
    else printTools(print, toolset)
    return toolset.missing.length === 0 ? EXIT.ok : EXIT.failed
  } finally {
    await app.close()
  }
}

function asJson({ customer, tools, withheld, missing }: Toolset): unknown {
  return { customer: customer.id, access: customer.access, tools, withheld, missing }
}

function printTools(print: Printer, { tools, withheld, missing, customer }: Toolset): void {
  print.table(
    ['TOOL', 'WRITES', 'WHAT'],
    tools.map(one => [
      one.name,
      one.readOnly ? 'no' : print.style('yellow', 'yes'),
      oneLine(one.description, 100),
    ]),
  )
  print.note(`${tools.length} tools offered, ${withheld.length} withheld (${customer.access})`)
  for (const one of withheld) print.note(`  withheld  ${one.server} ${one.tool}: ${one.reason}`)
  for (const one of missing)
    print.note(`  missing   ${one.server}: ${one.state}, ${one.reason}\n    ${one.hint}`)
}
