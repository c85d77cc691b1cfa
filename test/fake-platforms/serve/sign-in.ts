// Google's OAuth as google-auth-library asks it, for credential files that may name their own token_url.

import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Instance } from '../instance.ts'
import { newRecord, textOf, watch } from './serve.ts'

/**
 * RFC 8693 (`external_account`) and RFC 6749's refresh (`external_account_authorized_user`) under `/token`, and the
 * impersonation of a service account. A subject token `expired` is refused, any other one taken.
 */
export async function signIn(
  instance: Instance,
  kind: 'token' | 'impersonate',
  req: IncomingMessage,
  res: ServerResponse,
): Promise<void> {
  const record = newRecord(instance, req)
  instance.signIns.push(record)
  watch(res, record)
  const text = await textOf(req)
  record.body = kind === 'token' ? Object.fromEntries(new URLSearchParams(text)) : JSON.parse(text || '{}')
  if (instance.rules.signIn === 'hang') return
  const refused = instance.rules.signIn === 'refused' || record.body.subject_token === 'expired'
  const [status, body] = refused ? REFUSED : [200, granted(kind, instance.signIns.length)]
  record.endedAt = performance.now()
  res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

const REFUSED: [number, object] = [
  400,
  { error: 'invalid_grant', error_description: 'The provided subject token is expired or not valid.' },
]

function granted(kind: 'token' | 'impersonate', count: number): object {
  if (kind === 'impersonate')
    return {
      accessToken: `ya29.fake-impersonated-${count}`,
      expireTime: new Date(Date.now() + 3_600_000).toISOString(),
    }
  return {
    access_token: `ya29.fake-${count}`,
    issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    token_type: 'Bearer',
    expires_in: 3_600,
  }
}
