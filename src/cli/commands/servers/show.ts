import { EXIT } from '../../../base/errors.ts'
import { missingCredentials, unaskedCredentials } from '../../../config/missing-credentials.ts'
import { customerTitle, isAlwaysLocal, packageOf, type Server } from '../../../config/project.ts'
import { credentialNames } from '../../../config/resolve/shared.ts'
import { selectCustomer, selectServer } from '../../../config/select.ts'
import type { ServerAuth } from '../../../config/settings/server.ts'
import type { Run } from '../../context.ts'
import { explainedText } from '../../error-text.ts'
import { factsText } from './facts-text.ts'
import { kindOf, targetOf } from './kind.ts'

export const run: Run = async ({ print, open }, [word = '', name = '']) => {
  const { project, credentials } = await open()
  const customer = selectCustomer(project, word)
  const server = selectServer(customer, name)
  const missing = missingCredentials(server, credentials)
  const notFetched = unaskedCredentials(server, credentials)
  const names = [...new Set(credentialNames(server))]
  const stateOf = (one: string) =>
    missing.includes(one) ? `${one} (missing)` : notFetched.includes(one) ? `${one} (not fetched yet)` : one
  if (print.mode === 'json') {
    print.json({ ...plainServer(server), credentials: names, missing, notFetched })
    return EXIT.ok
  }
  const { access, transport, readOnly, limits, managed, hostPort, auth } = server
  print.result(`${customerTitle(customer)}: ${server.name}`)
  print.result(
    factsText(
      [
        ['kind', kindOf(server)],
        ['what', targetOf(server)],
        ['transport', isAlwaysLocal(server) || packageOf(server) ? 'stdio' : transport],
        ['port', hostPort === undefined ? undefined : String(hostPort)],
        ['sign-in', authText(auth)],
        ['access', access],
        ['read-only', readOnlyText(readOnly)],
        ['limits', managed ? `${limits.cpus} CPUs, ${limits.memory}, ${limits.pids} processes` : undefined],
        ['credentials', names.map(stateOf).join(', ')],
      ],
      print.layout,
    ),
  )
  const message = `run \`supportmax status ${customer.id}\` to see whether it answers`
  print.note(explainedText({ message }, print.noteLayout))
  return EXIT.ok
}

function plainServer(server: Server) {
  const { customer, name, managed, transport, access, readOnly } = server
  return {
    customer,
    name,
    kind: kindOf(server),
    target: targetOf(server),
    managed,
    transport,
    access,
    readOnly,
  }
}

function authText(auth: ServerAuth | undefined): string | undefined {
  if (auth?.kind === 'sign-in') return 'by a person (`auth login`)'
  return auth?.kind === 'client-credentials' ? 'with client credentials' : undefined
}

function readOnlyText({ hints, tools }: Server['readOnly']): string {
  const named = tools.length > 0 ? tools.join(', ') : ''
  return [hints ? 'as the server says' : '', named].filter(Boolean).join('; ') || 'no tools named'
}
