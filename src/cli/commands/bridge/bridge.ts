import { EXIT, SupportError } from '../../../base/errors.ts'
import { counted } from '../../../base/text/amounts.ts'
import { stateWords } from '../../../base/text/state-words.ts'
import { customerTitle, keyOf } from '../../../config/project.ts'
import { selectCustomer, selectServer } from '../../../config/select.ts'
import type { Toolset } from '../../../toolset/toolset.ts'
import type { Run } from '../../context.ts'

// stdout belongs to MCP: everything for people goes to stderr.
export const run: Run = async ({ print, open, signal, unread }, [name = '', serverName = '']) => {
  const app = await open()
  try {
    const customer = selectCustomer(app.project, name)
    const server = selectServer(customer, serverName)
    const toolset = await app.toolsetFor({ ...customer, servers: [server] }, signal)
    signal.throwIfAborted()
    const pool = await app.connectionsTo(customer, signal)
    const about = await pool.about(keyOf(server), signal)
    const [missing] = toolset.missing
    if (missing) throw unavailable(server.name, missing)
    if ('state' in about) throw unavailable(server.name, about)
    print.note(`${customerTitle(customer)}: ${server.name}: ${countsOf(toolset)}`)
    if (process.stdin.isTTY)
      print.note('this speaks MCP on stdin and stdout, for an MCP client to start; press Ctrl+C to end it')
    const [{ serveOnStdio }, { rawDoor }] = await Promise.all([
      import('../../../mcp/stdio.ts'),
      import('../../../toolset/raw.ts'),
    ])
    const door = rawDoor({ pool, server, acceptedOf: app.stack.state.accepted.of })
    const onProblem = (error: Error) => print.note(`${server.name}: ${error.message}`)
    await serveOnStdio({ about, answer: door.answer, onProblem }, AbortSignal.any([signal, unread]))
    return signal.aborted ? EXIT.interrupted : EXIT.ok
  } finally {
    await app.close()
  }
}

function unavailable(
  server: string,
  { state, reason, hint }: Pick<Toolset['missing'][number], 'state' | 'reason' | 'hint'>,
): SupportError {
  return new SupportError('failed', `${server}: ${stateWords(state)}: ${reason}`, { hint })
}

function countsOf({ tools, withheld, leftOut, customer }: Toolset): string {
  const others = [
    ...(withheld.length > 0 ? [`${withheld.length} withheld`] : []),
    ...(leftOut.length > 0 ? [`${leftOut.length} left out`] : []),
  ]
  const offered = tools.filter(tool => tool.server !== '')
  return `${[counted(offered.length, 'tool'), ...others].join(', ')} (${customer.access})`
}
