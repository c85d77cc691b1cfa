import { EXIT, SupportError } from '../../../base/errors.ts'
import { didYouMean } from '../../../base/text/words.ts'
import { customerTitle } from '../../../config/project.ts'
import { selectCustomer, selectServer } from '../../../config/select.ts'
import type { Approve, ToolOutcome, Toolset } from '../../../toolset/toolset.ts'
import { askYesNo } from '../../ask.ts'
import { type Options, type Run, textOption } from '../../context.ts'

export const run: Run = async ({ print, open, signal }, [name = '', serverName = '', tool = ''], options) => {
  const args = argsOption(options)
  const app = await open()
  try {
    const customer = selectCustomer(app.project, name)
    const server = selectServer(customer, serverName)
    print.note(customerTitle(customer))
    const toolset = await app.toolsetFor({ ...customer, servers: [server] }, signal)
    const offered = find(toolset, server.name, tool)
    let refused = false
    const approve: Approve = async call => {
      const question = `${customerTitle(customer)}: ${call.server} ${call.tool} changes something: ${JSON.stringify(args)}. Do it?`
      const allowed = await askYesNo(question, signal).catch(error => {
        refused = true
        throw error
      })
      return allowed ? { allowed } : { allowed, reason: 'the person said no' }
    }
    const outcome = await toolset.call(offered, args, { signal, approve })
    if (print.mode === 'json') print.json({ customer: customer.id, server: server.name, tool, ...outcome })
    else if (outcome.kind === 'answered') print.result(outcome.text)
    else
      print.error(
        refused ? `${offered}: needs a yes from a person: type the command in a terminal` : outcome.text,
      )
    return codeOf(outcome)
  } finally {
    await app.close()
  }
}

/** The offered name; a withheld or unknown tool still goes to the toolset, which says why not. */
function find(toolset: Toolset, server: string, tool: string): string {
  const missing = toolset.missing.find(one => one.server === server)
  if (missing)
    throw new SupportError('failed', `${server}: ${missing.state}: ${missing.reason}`, { hint: missing.hint })
  const offered = toolset.tools.find(one => one.tool === tool || one.name === tool)
  if (offered) return offered.name
  const withheld = toolset.withheld.find(one => one.tool === tool)
  if (withheld)
    throw new SupportError('refused', `${server} ${tool} is withheld: ${withheld.reason}`, {
      hint: `see  supportmax tools ${toolset.customer.id}`,
    })
  const names = toolset.tools.map(one => one.tool)
  throw new SupportError('usage', `${server} has no tool ${JSON.stringify(tool)}${didYouMean(tool, names)}`, {
    hint: `tools: ${names.join(', ')}`,
  })
}

function codeOf(outcome: ToolOutcome): number {
  if (outcome.kind === 'answered') return EXIT.ok
  if (outcome.kind === 'denied') return EXIT.refused
  return outcome.kind === 'cancelled' ? EXIT.interrupted : EXIT.failed
}

function argsOption(options: Options): Record<string, unknown> {
  const text = textOption(options, 'args') ?? '{}'
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>
  } catch {}
  throw new SupportError('usage', '--args: must be one JSON object', {
    hint: `for example --args '{"limit": 5}'`,
  })
}
