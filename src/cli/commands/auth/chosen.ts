import { SupportError } from '../../../base/errors.ts'
import type { Server } from '../../../config/project.ts'
import { customerTitle, keyOf, keyText } from '../../../config/project.ts'
import { credentialNames } from '../../../config/resolve/shared.ts'
import { selectCustomer, selectServer } from '../../../config/select.ts'
import type { SignInDoor } from '../../../mcp/sign-in/discover.ts'
import { signInDoorOf } from '../../../stack/look/external.ts'
import { judgeMissing } from '../../../stack/look/judge.ts'
import { basicFacts } from '../../../stack/look/look.ts'
import type { Stack } from '../../../stack/stack.ts'
import type { Context } from '../../context.ts'

export interface ChosenSignIn {
  stack: Stack
  /** Its credentials are loaded. */
  server: Server
  /** The server and the full name of its customer: `wiki of Acme (acme) PROD`. */
  title: string
}

/** A server that a person signs in to. Throws a SupportError for any other server. */
export async function chooseSignIn(
  { open, signal }: Pick<Context, 'open' | 'signal'>,
  [customerName = '', serverName = '']: readonly string[],
): Promise<ChosenSignIn> {
  const { stack, project } = await open()
  const customer = selectCustomer(project, customerName)
  const server = selectServer(customer, serverName)
  refuseOthers(server)
  await stack.credentials.load(credentialNames(server), signal)
  return { stack, server, title: `${server.name} of ${customerTitle(customer)}` }
}

/** What signing in to it takes. Throws a SupportError if one of its credentials is missing. */
export function openSignInDoor(stack: Stack, server: Server): SignInDoor {
  const facts = basicFacts(stack, server)
  if (facts.missing.length === 0) return signInDoorOf(stack, server)
  const { reason, hint } = judgeMissing(facts)
  throw new SupportError('usage', `${keyText(keyOf(server))}: ${reason}`, { hint })
}

function refuseOthers(server: Server): void {
  const where = keyText(keyOf(server))
  if (server.managed)
    throw new SupportError(
      'usage',
      `${where}: supportmax starts this server itself, so it needs no sign-in`,
      {
        hint: `run \`supportmax up ${server.customer}\``,
      },
    )
  if (server.auth === undefined)
    throw new SupportError('usage', `${where}: it has no "auth"`, {
      hint: `to sign in to it, add ${SIGN_IN_AUTH} to this server`,
    })
  if (server.auth.kind === 'client-credentials')
    throw new SupportError('usage', `${where}: supportmax gets its access token with client credentials`, {
      hint: `run \`supportmax status ${server.customer}\` to see whether it answers`,
    })
  if (server.auth.kind !== 'sign-in')
    throw new SupportError('usage', `${where}: its "auth" does not use a sign-in`, {
      hint: `set ${SIGN_IN_AUTH} to sign in to it`,
    })
}

const SIGN_IN_AUTH = '"auth": { "oauth": { "grant": "authorization_code" } }'
