import type { Socket } from 'node:net'
import { pipeline } from 'node:stream/promises'
import type { App } from '../../../app.ts'
import { EXIT, SupportError } from '../../../base/errors.ts'
import type { Customer } from '../../../config/project.ts'
import { selectCustomer } from '../../../config/select.ts'
import { type Run, textOption } from '../../context.ts'

type Role = 'read-only' | 'read-write'

// stdout belongs to MCP: everything for people goes to stderr.
export const run: Run = async ({ print, open, signal, unread }, _, options) => {
  const app = await open()
  try {
    const customer = selectCustomer(app.project, textOption(options, 'customer') ?? '')
    const role = roleIn(textOption(options, 'role'))
    if (process.stdin.isTTY)
      print.note('this speaks MCP on stdin and stdout, for an MCP client to start; press Ctrl+C to end it')
    const end = AbortSignal.any([signal, unread])
    const socket = options.alone ? undefined : await attach(app, customer, role)
    const note = (text: string) => print.note(text)
    if (socket) await pass(socket, end)
    else await host(app, customer, { role, note, end })
    return signal.aborted ? EXIT.interrupted : EXIT.ok
  } finally {
    await app.close()
  }
}

function roleIn(text: string | undefined): Role {
  if (text === undefined) return 'read-only'
  if (text === 'read-only' || text === 'read-write') return text
  throw new SupportError('usage', `--role: ${JSON.stringify(text)} is not a role`, {
    hint: 'use read-only or read-write',
  })
}

/** The running server's end; undefined if none runs. */
async function attach(app: App, customer: Customer, role: Role): Promise<Socket | undefined> {
  const [{ socketPath }, { wishFrom }] = await Promise.all([
    import('../../../server/running/place.ts'),
    import('../../../server/running/socket.ts'),
  ])
  const wish = { kind: 'attach' as const, customer: customer.id, role }
  const found = await wishFrom(socketPath(app.stack.state.folder), wish)
  const { error, hint } = found?.answer ?? {}
  if (error !== undefined) throw new SupportError('failed', String(error), { hint: String(hint) })
  return found?.socket
}

/** The server answers; this only carries what is said. */
async function pass(socket: Socket, end: AbortSignal): Promise<void> {
  end.addEventListener('abort', () => socket.destroy(), { once: true })
  const { stdin, stdout } = process
  stdin.once('end', () => socket.end())
  stdin.pipe(socket, { end: false })
  await pipeline(socket, stdout, { end: false }).catch(() => {})
  stdin.unpipe(socket).pause()
}

interface Hosting {
  role: Role
  note(text: string): void
  end: AbortSignal
}

async function host(app: App, customer: Customer, { role, note, end }: Hosting): Promise<void> {
  const [{ openCustomerDoor, localPrincipal }, { serveOnStreams }] = await Promise.all([
    import('../../../server/door.ts'),
    import('../../../mcp/serving/stdio.ts'),
  ])
  const door = await openCustomerDoor(app, customer)
  try {
    const { stdin: input, stdout: output } = process
    const by = localPrincipal(role)
    const onProblem = (error: Error) => note(`${customer.id}: ${error.message}`)
    await serveOnStreams({ served: door.served, by, input, output, onChange: door.onChange, onProblem }, end)
  } finally {
    await door.close()
  }
}
