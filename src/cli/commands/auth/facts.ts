import { type KeptSignIn, scopesIn } from '../../../mcp/sign-in/sign-in.ts'

/** One sign-in as --json prints it: everything that is known, and no token. */
export interface SignInFacts {
  customer: string
  server: string
  state: 'signed_in' | 'auth_required'
  reason: string
  hint: string
  issuer: string | null
  scopes: string[]
  /** ISO time at which the access token ends. */
  expiresAt: string | null
  /** Whether supportmax renews the access token without a person. */
  refreshable: boolean
}

export function factsOf(
  signIn: KeptSignIn,
  problem: { reason: string; hint: string } | undefined = undefined,
): SignInFacts {
  const { customer, server, issuer, tokens } = signIn
  const { reason = '', hint = '' } = problem ?? {}
  const expiresAt = tokens?.expiresAt
  return {
    customer,
    server,
    state: problem ? 'auth_required' : 'signed_in',
    reason,
    hint,
    issuer,
    scopes: scopesIn(tokens?.scope),
    expiresAt: expiresAt === undefined ? null : new Date(expiresAt).toISOString(),
    refreshable: tokens?.refresh !== undefined,
  }
}
