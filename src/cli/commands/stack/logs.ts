import { EXIT, SupportError } from '../../../base/errors.ts'
import { type Customer, customerTitle, keyOf, type Server } from '../../../config/project.ts'
import { selectCustomer, selectServer } from '../../../config/select.ts'
import { lookAround } from '../../../stack/look/sight.ts'
import { isForeign } from '../../../stack/stack.ts'
import type { Run } from '../../context.ts'
import { countOption } from '../../options.ts'
import { cleanedPrinter } from '../../plain.ts'

export const run: Run = async ({ print, open, signal, unread }, [name = '', serverName], options) => {
  const { project, stack } = await open()
  const customer = selectCustomer(project, name)
  const servers = serverName === undefined ? customer.servers : [selectServer(customer, serverName)]
  print.note(customerTitle(customer))
  // Reading the credentials hides their values in all output.
  for (const server of servers) stack.state.secrets(server)
  const how = { follow: options.follow === true, tail: countOption(options, 'tail') ?? 100 }
  const sight = await lookAround(stack, signal)
  const found = servers.flatMap(server => {
    const one = sight.find(keyOf(server))
    return one && !isForeign(project, one.observed) ? [{ server, runtime: one.runtime }] : []
  })
  if (found.length === 0)
    throw new SupportError('failed', noLogsText(customer, serverName), {
      hint: `run \`supportmax up ${customer.id}\``,
    })
  const shown = cleanedPrinter(print, 'as-written')
  const prefix = (server: Server) => (servers.length > 1 ? `${server.name} | ` : '')
  await Promise.all(
    found.map(async ({ server, runtime }) => {
      for await (const line of runtime.logs(keyOf(server), how, AbortSignal.any([signal, unread])))
        shown.result(`${prefix(server)}${line}`)
    }),
  )
  return signal.aborted ? EXIT.interrupted : EXIT.ok
}

function noLogsText({ name }: Customer, server: string | undefined): string {
  return server === undefined
    ? `no logs for ${name}: none of its servers was started`
    : `no logs for ${name} ${server}: it was not started`
}
