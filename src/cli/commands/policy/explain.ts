import { EXIT } from '../../../base/errors.ts'
import { asTyped } from '../../../base/package-root.ts'
import { cleanLine, visible } from '../../../base/text/terminal-text.ts'
import { customerTitle } from '../../../config/project.ts'
import { toolsetOf } from '../../../stack/tools/toolset.ts'
import { compilePolicy } from '../../../toolset/policy/decide.ts'
import { type ExplainedTool, explainedTools } from '../../../toolset/policy/explain.ts'
import type { Run } from '../../context.ts'
import { explainedText } from '../../error-text.ts'
import { customerOption } from '../../options.ts'
import type { Layout } from '../../print/printer.ts'
import { type TableRow, tableText } from '../../print/table.ts'
import { unavailableLines } from '../tools/tools-text.ts'

const COLUMNS = [
  ...[{ head: 'TOOL' }, { head: 'ACCESS', rank: 0 }, { head: 'READ-ONLY' }, { head: 'READ-WRITE' }],
  { head: 'BECAUSE', least: 16, wraps: true },
]

export const run: Run = async ({ print, open, signal, settings }, _args, options) => {
  const app = await open()
  try {
    const customer = customerOption(options, app.project, settings.customer)
    print.note(customerTitle(customer))
    const pool = await app.connectionsTo(customer, signal)
    const toolset = await toolsetOf(app, customer, { pool, generation: 1, signal, policy: undefined })
    const tools = explainedTools(toolset, compilePolicy(app.project.policy, customer))
    const rules = app.project.policy?.length ?? null
    if (print.mode === 'json')
      print.json({ customer: customer.id, access: customer.access, rules, tools, missing: toolset.missing })
    else if (tools.length > 0) print.result(tableText(COLUMNS, tools.map(rowFor(print.layout)), print.layout))
    for (const line of unavailableLines(toolset)) print.note(explainedText(line, print.noteLayout))
    return toolset.missing.length === 0 ? EXIT.ok : EXIT.failed
  } finally {
    await app.close()
  }
}

function rowFor({ command }: Layout) {
  return ({ server, tool, access, roles, because }: ExplainedTool): TableRow => {
    const kinds = [roles['read-only'], roles['read-write']].map(one => one.join(' or '))
    const reasons = asTyped(cleanLine(because.join(', ')), command)
    return { cells: [visible(`${server}__${tool}`), access ?? '', ...kinds, reasons] }
  }
}
