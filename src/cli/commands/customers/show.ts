import { EXIT } from '../../../base/errors.ts'
import { missingCredentials, unaskedCredentials } from '../../../config/missing-credentials.ts'
import { customerTitle } from '../../../config/project.ts'
import { selectCustomer } from '../../../config/select.ts'
import type { Run } from '../../context.ts'
import { tableText } from '../../print/table.ts'
import { factsText } from '../servers/facts-text.ts'
import { kindOf, targetOf } from '../servers/kind.ts'

export const run: Run = async ({ print, open }, [word = '']) => {
  const { project, credentials } = await open()
  const customer = selectCustomer(project, word)
  const servers = customer.servers.map(server => ({
    name: server.name,
    kind: kindOf(server),
    target: targetOf(server),
    missing: missingCredentials(server, credentials),
    notFetched: unaskedCredentials(server, credentials),
  }))
  const { id, name, environment, access, host, description, platformsAllowed } = customer
  if (print.mode === 'json') {
    print.json({ id, name, environment, access, host, description, platformsAllowed, servers })
    return EXIT.ok
  }
  print.result(customerTitle(customer))
  print.result(
    factsText(
      [
        ['environment', environment],
        ['access', access],
        ['host', host],
        ['platforms', platformsAllowed?.join(', ') ?? 'all'],
        ['about', description],
      ],
      print.layout,
    ),
  )
  if (servers.length === 0) print.note(`no servers yet: run \`supportmax server add ${id} …\``)
  else
    print.result(
      tableText(
        [{ head: 'SERVER' }, { head: 'KIND' }, { head: 'WHAT', least: 20 }],
        servers.map(one => ({
          cells: [one.name, one.kind, one.target],
          reason: credentialsText(one),
        })),
        print.layout,
      ),
    )
  return EXIT.ok
}

function credentialsText({ missing, notFetched }: { missing: string[]; notFetched: string[] }): string {
  return [
    ...(missing.length === 0 ? [] : [`missing credentials: ${missing.join(', ')}`]),
    ...(notFetched.length === 0 ? [] : [`credentials not fetched yet: ${notFetched.join(', ')}`]),
  ].join('; ')
}
