import { EXIT } from '../../../base/errors.ts'
import { loadCatalog } from '../../../catalog/load.ts'
import { customerTitle } from '../../../config/project.ts'
import { selectCustomer } from '../../../config/select.ts'
import type { OfferedTool, Toolset } from '../../../toolset/toolset.ts'
import type { Run } from '../../context.ts'
import { offersOf } from './offers.ts'
import { printAll, printTools } from './tools-text.ts'

export const run: Run = async ({ print, open, signal }, [name = ''], options) => {
  const app = await open()
  try {
    const customer = selectCustomer(app.project, name)
    print.note(customerTitle(customer))
    const toolset = await app.toolsetFor(customer, signal)
    signal.throwIfAborted()
    const pool = options.all === true ? await app.connectionsTo(customer, signal) : undefined
    const offers = pool && (await offersOf(customer, pool, { toolset, signal }))
    if (print.mode === 'json') print.json({ ...toolsJson(toolset), ...(offers && { offers }) })
    else {
      printTools(print, toolset, { servers: customer.servers, catalog: loadCatalog(app.project.file) })
      if (offers) printAll(print, toolset, offers)
    }
    return toolset.missing.length === 0 ? EXIT.ok : EXIT.failed
  } finally {
    await app.close()
  }
}

/** A tool of our own is no server's. */
function toolJson(tool: OfferedTool): object {
  return { ...tool, server: tool.server || null }
}

function toolsJson({ customer, tools, withheld, leftOut, patterns, pinNotes, missing }: Toolset): object {
  return {
    customer: customer.id,
    access: customer.access,
    tools: tools.map(toolJson),
    withheld,
    leftOut,
    patterns,
    pinNotes: pinNotes ?? [],
    missing,
  }
}
