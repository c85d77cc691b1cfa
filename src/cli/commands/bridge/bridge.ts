import { LOCAL } from '../../../access/principal.ts'
import { EXIT, SupportError } from '../../../base/errors.ts'
import { redactedLine } from '../../../base/redact.ts'
import { counted } from '../../../base/text/amounts.ts'
import { stateWords } from '../../../base/text/state-words.ts'
import { customerTitle, keyOf, type Server } from '../../../config/project.ts'
import { selectCustomer, selectServer } from '../../../config/select.ts'
import type { ConnectionPool } from '../../../mcp/pool.ts'
import type { Toolset } from '../../../toolset/toolset.ts'
import type { Run } from '../../context.ts'

// stdout belongs to MCP: everything for people goes to stderr.
export const run: Run = async ({ print, open, signal, unread }, [name = '', serverName = '']) => {
  const app = await open()
  try {
    const customer = selectCustomer(app.project, name)
    const server = selectServer(customer, serverName)
    // Report an engine that does not respond as such.
    if (server.managed) await app.stack.runtimes.all([server], signal)
    const [{ openCustomerDoor }, { serveOnStreams }] = await Promise.all([
      import('../../../server/door.ts'),
      import('../../../mcp/serving/stdio.ts'),
    ])
    const aboutOf = (pool: ConnectionPool) => aboutServer(pool, server, signal)
    const door = await openCustomerDoor(app, { ...customer, servers: [server] }, { plain: true, aboutOf })
    try {
      const toolset = await door.live.current()
      signal.throwIfAborted()
      const [missing] = toolset.missing
      if (missing) throw unavailable(server.name, missing)
      print.note(`${customerTitle(customer)}: ${server.name}: ${countsOf(toolset)}`)
      if (process.stdin.isTTY)
        print.note('this speaks MCP on stdin and stdout, for an MCP client to start; press Ctrl+C to stop it')
      const onProblem = (error: Error) => print.note(`${server.name}: ${redactedLine(error.message)}`)
      const { stdin: input, stdout: output } = process
      const serving = { served: door.served, by: LOCAL, input, output, onChange: door.onChange, onProblem }
      await serveOnStreams(serving, AbortSignal.any([signal, unread]))
    } finally {
      await door.close()
    }
    return signal.aborted ? EXIT.interrupted : EXIT.ok
  } finally {
    await app.close()
  }
}

async function aboutServer(pool: ConnectionPool, server: Server, signal: AbortSignal) {
  const about = await pool.about(keyOf(server), signal)
  if ('state' in about) throw unavailable(server.name, about)
  return about
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
