import type { Socket } from 'node:net'
import { pipeline } from 'node:stream/promises'
import type { App } from '../../../app.ts'
import { EXIT, SupportError } from '../../../base/errors.ts'
import { packageVersion } from '../../../base/package-root.ts'
import { redactedLine } from '../../../base/redact.ts'
import type { Access, Customer } from '../../../config/project.ts'
import type { Run } from '../../context.ts'
import { customerOption, roleOption } from '../../options.ts'

// stdout belongs to MCP: everything for people goes to stderr.
export const run: Run = async ({ print, open, signal, unread, settings }, _, options) => {
  const app = await open()
  try {
    const customer = customerOption(options, app.project, settings.customer)
    const role = roleOption(options, 'read-only')
    if (process.stdin.isTTY)
      print.note('this speaks MCP on stdin and stdout, for an MCP client to start; press Ctrl+C to stop it')
    const end = AbortSignal.any([signal, unread])
    const note = (text: string) => print.note(text)
    if (role === 'read-write' && customer.access === 'read-only')
      note(`${customer.id} is read-only in the configuration, so this client cannot write`)
    const socket = options.alone ? undefined : await attach(app, customer, { role, note })
    if (!socket) await host(app, customer, { role, note, end })
    else if ((await pass(socket, end)) === 'server')
      throw new SupportError('failed', 'serve has stopped, or ended this connection', {
        hint: 'connect again: this command then serves the tools itself, unless serve runs again',
      })
    return signal.aborted ? EXIT.interrupted : EXIT.ok
  } finally {
    await app.close()
  }
}

/** The running server's end; undefined if none runs. */
async function attach(
  app: App,
  customer: Customer,
  { role, note }: Pick<Hosting, 'role' | 'note'>,
): Promise<Socket | undefined> {
  const [{ socketPath }, { askServe }] = await Promise.all([
    import('../../../server/running/place.ts'),
    import('../../../server/running/socket.ts'),
  ])
  const command = { kind: 'attach' as const, customer: customer.id, role }
  const found = await askServe(socketPath(app.stack.state.folder), command)
  const { error, hint } = found?.answer ?? {}
  if (error !== undefined) throw new SupportError('failed', String(error), { hint: String(hint) })
  const { version } = found?.answer ?? {}
  if (found && version !== packageVersion())
    note(`serve runs in version ${version}, this command in ${packageVersion()}: restart serve`)
  return found?.socket
}

/** The server answers; this only carries what is said. Returns who ended it. */
async function pass(socket: Socket, end: AbortSignal): Promise<'client' | 'server'> {
  let endedBy: 'client' | 'server' = 'server'
  const leave = (close: () => void) => () => {
    endedBy = 'client'
    close()
  }
  end.addEventListener(
    'abort',
    leave(() => socket.destroy()),
    { once: true },
  )
  const { stdin, stdout } = process
  stdin.once(
    'end',
    leave(() => socket.end()),
  )
  stdin.pipe(socket, { end: false })
  await pipeline(socket, stdout, { end: false }).catch(() => {})
  stdin.unpipe(socket).pause()
  return endedBy
}

interface Hosting {
  role: Access
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
    const onProblem = (error: Error) => note(`${customer.id}: ${redactedLine(error.message)}`)
    await serveOnStreams({ served: door.served, by, input, output, onChange: door.onChange, onProblem }, end)
  } finally {
    await door.close()
  }
}
