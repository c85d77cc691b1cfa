import { EXIT, SupportError } from '../../../base/errors.ts'
import { age } from '../../../base/text/amounts.ts'
import { keyOf, keyText, type Project, type Server } from '../../../config/project.ts'
import { credentialNames } from '../../../config/resolve/shared.ts'
import { selectCustomer, selectServer } from '../../../config/select.ts'
import { judgeMissing } from '../../../stack/look/judge.ts'
import { basicFacts } from '../../../stack/look/look.ts'
import type { Stack } from '../../../stack/stack.ts'
import type { Run } from '../../context.ts'
import { productionCell } from '../../print/customer-names.ts'
import { type Column, type TableRow, tableText } from '../../print/table.ts'
import { factsOf, type SignInFacts } from './facts.ts'

const COLUMNS: Column[] = [
  { head: 'SERVER' },
  { head: '' },
  { head: 'STATE' },
  { head: 'ACCESS TOKEN' },
  { head: 'RENEWAL' },
  { head: 'ISSUER', least: 21, rank: 2 },
  { head: 'SCOPES', least: 12, rank: 1 },
]

export const run: Run = async ({ print, open, signal }, [customerName, serverName]) => {
  const { stack, project } = await open()
  const customers = customerName === undefined ? project.customers : [selectCustomer(project, customerName)]
  const servers = customers
    .flatMap(one => (serverName === undefined ? one.servers : [selectServer(one, serverName)]))
    .filter(one => one.auth?.kind === 'sign-in')
  await stack.credentials.load(servers.flatMap(credentialNames), signal)
  await stack.state.signIns.unlock(signal)
  const rows = servers.map(server => rowOf(stack, server))
  if (print.mode === 'json') print.json({ servers: rows })
  else if (rows.length === 0) print.note('no server uses a sign-in')
  else
    print.result(
      tableText(
        COLUMNS,
        rows.map(row => tableRow(row, project)),
        print.layout,
      ),
    )
  return EXIT.ok
}

function rowOf(stack: Stack, server: Server): SignInFacts {
  const key = keyOf(server)
  const facts = basicFacts(stack, server)
  const problem = facts.missing.length > 0 ? judgeMissing(facts) : facts.signIn
  const known = readable(stack, server)
  if (known) return factsOf(known, problem)
  const { reason = 'not signed in', hint = '' } = problem ?? {}
  const nothing = { issuer: null, scopes: [], expiresAt: null, refreshable: false }
  return { ...key, state: 'auth_required', reason, hint, ...nothing }
}

/** What is kept, if it can be read; the problem says why it cannot. */
function readable(stack: Stack, server: Server) {
  try {
    return stack.state.signIns.read(keyOf(server))
  } catch (error) {
    if (error instanceof SupportError) return undefined
    throw error
  }
}

function tableRow(facts: SignInFacts, { customers }: Project): TableRow {
  const { state, reason, hint, issuer, scopes, refreshable } = facts
  const isIn = state === 'signed_in'
  return {
    cells: [
      keyText(facts),
      productionCell(customers.find(one => one.id === facts.customer)),
      isIn ? { text: 'signed in', style: 'green' } : { text: 'sign-in required', style: 'red' },
      isIn ? lifeText(facts) : '',
      isIn ? (refreshable ? 'automatic' : 'none') : '',
      issuer ?? '',
      scopes.join(' '),
    ],
    reason,
    hint,
  }
}

function lifeText({ expiresAt }: SignInFacts): string {
  const left = expiresAt === null ? undefined : Date.parse(expiresAt) - Date.now()
  return left === undefined ? 'no known expiry' : left <= 0 ? 'expired' : `expires in ${age(left)}`
}
