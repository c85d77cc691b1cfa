import { EXIT, SupportError } from '../../../base/errors.ts'
import { isRecord } from '../../../base/records.ts'
import { stateWords } from '../../../base/text/state-words.ts'
import { visible } from '../../../base/text/terminal-text.ts'
import { didYouMean } from '../../../base/text/words.ts'
import { customerTitle } from '../../../config/project.ts'
import { selectCustomer, selectServer } from '../../../config/select.ts'
import { toolName } from '../../../toolset/build/name.ts'
import type { Approve, ToolOutcome, Toolset } from '../../../toolset/toolset.ts'
import { askYesNo } from '../../ask.ts'
import { type Options, type Run, textOption } from '../../context.ts'
import { type Explained, errorText } from '../../error-text.ts'
import { cleanedPrinter } from '../../plain.ts'

export const run: Run = async ({ print, open, signal }, [name = '', ...words], options) => {
  const [serverName, tool] = serverAndTool(words)
  const args = argsOption(options)
  const app = await open()
  try {
    const customer = selectCustomer(app.project, name)
    const server = selectServer(customer, serverName)
    print.note(customerTitle(customer))
    const toolset = await app.toolsetFor({ ...customer, servers: [server] }, signal)
    // What is not offered is refused by the toolset too, which records it.
    const offered = await offeredName(toolset, server.name, tool).catch(async error => {
      const approve: Approve = async () => ({ allowed: false, reason: 'not offered' })
      await toolset.call(toolName(server.name, tool), args, { signal, approve })
      throw error
    })
    let refused = false
    const approve: Approve = async call => {
      const { kind, because } = call.effect
      const can = kind === 'read' ? 'needs approval' : `can change data (${kind}: ${because})`
      const question = `${customerTitle(customer)}: ${call.server} ${call.tool} ${can}: ${visible(JSON.stringify(call.args))}. Allow it?`
      const allowed = await askYesNo(question, signal).catch(error => {
        refused = true
        throw error
      })
      return allowed ? { allowed } : { allowed, reason: 'not approved' }
    }
    const outcome = await toolset.call(offered, args, { signal, approve })
    const shown = cleanedPrinter(print, 'as-written')
    if (print.mode === 'json') print.json({ customer: customer.id, server: server.name, tool, ...outcome })
    else if (outcome.kind === 'answered') shown.result(outcome.text)
    else {
      const error = refused ? needsApproval(offered) : { message: outcome.text }
      shown.error(errorText(error, print.noteLayout))
    }
    return exitCodeOf(outcome)
  } finally {
    await app.close()
  }
}

/** Two words, or one as `tools` prints it: `grafana__list_datasources`. */
function serverAndTool([server = '', tool]: readonly string[]): [string, string] {
  if (tool !== undefined) return [server, tool]
  const at = server.indexOf('__')
  if (at > 0) return [server.slice(0, at), server.slice(at + 2)]
  throw new SupportError('usage', `which tool of ${server}?`, {
    hint: 'name the server and the tool, as in `supportmax tools call acme grafana list_datasources`',
  })
}

/** The name under which the toolset offers the tool. Throws if it is unavailable, withheld or unknown. */
async function offeredName(toolset: Toolset, server: string, tool: string): Promise<string> {
  const missing = toolset.missing.find(one => one.server === server)
  if (missing)
    throw new SupportError('failed', `${server}: ${stateWords(missing.state)}: ${missing.reason}`, {
      hint: missing.hint,
    })
  const offered = toolset.tools.find(one => one.tool === tool || one.name === tool)
  if (offered) return offered.name
  const withheld = toolset.withheld.find(one => one.tool === tool)
  if (withheld)
    throw new SupportError('refused', `${server} ${tool} is withheld: ${withheld.reason}`, {
      hint: `run \`supportmax tools ${toolset.customer.id}\` to see which tools are offered`,
    })
  const names = toolset.tools.map(one => one.tool)
  throw new SupportError('usage', `${server} has no tool ${JSON.stringify(tool)}${didYouMean(tool, names)}`, {
    hint:
      names.length > 0
        ? `use one of: ${names.join(', ')}`
        : `run \`supportmax status ${toolset.customer.id}\` to see why it offers none`,
  })
}

function needsApproval(tool: string): Explained {
  return {
    message: `${tool}: approval needed, but there is no terminal to ask on`,
    hint: 'run the command in a terminal and approve it there',
  }
}

function exitCodeOf(outcome: ToolOutcome): number {
  if (outcome.kind === 'answered') return EXIT.ok
  if (outcome.kind === 'denied') return EXIT.refused
  return outcome.kind === 'cancelled' ? EXIT.interrupted : EXIT.failed
}

function argsOption(options: Options): Record<string, unknown> {
  const text = textOption(options, 'args') ?? '{}'
  try {
    const value: unknown = JSON.parse(text)
    if (isRecord(value)) return value
  } catch {}
  throw new SupportError('usage', '--args: must be a JSON object', {
    hint: `write it in quotes, such as --args '{"limit": 5}'`,
  })
}
