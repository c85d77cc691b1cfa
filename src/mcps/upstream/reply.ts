// What a reply says: its JSON, or why the system refused.
import { SupportError } from '../../base/errors.ts'
import { bodyMessage, ownWords, refusalWords } from '../../base/http/words.ts'
import type { UpstreamReply } from './ask.ts'

/** A remark on a refusal by what the server knows of its system; `words` are the other side's own. */
export type Remark = (status: number, words: string) => string | undefined

/** The parsed body of a successful reply, undefined when empty. Throws a SupportError otherwise. */
export function jsonOf(system: string, reply: UpstreamReply, remark?: Remark): unknown {
  const { status, headers, text } = reply
  if (status < 200 || status > 299) throw refused(system, reply, remark)
  if (text.trim() === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    const type = headers.get('content-type')?.split(';')[0] ?? 'no content type'
    const page = /^\s*\ufeff?</.test(text) ? (bodyMessage(text) ?? 'a web page') : type
    throw new SupportError('failed', `${system} did not return JSON (${page}): check its URL`)
  }
}

/** The SupportError for a reply that is not a success. */
export function refused(system: string, reply: UpstreamReply, remark?: Remark): SupportError {
  const { status, headers, text: body } = reply
  if (status >= 300 && status < 400 && status !== 304)
    return new SupportError('failed', `${system} redirected (HTTP ${status})${target(reply)}: check its URL`)
  const added = remark?.(status, ownWords({ headers, body }) ?? '')
  const words = refusalWords({ status, headers, body })
  return new SupportError('failed', `${system}: ${words}${added === undefined ? '' : `; ${added}`}`)
}

// Without the query, which could hold a secret.
function target({ url, headers }: UpstreamReply): string {
  const location = headers.get('location') ?? ''
  if (location === '' || !URL.canParse(location, url.href)) return ''
  const to = new URL(location, url)
  return ` to ${to.origin === url.origin ? to.pathname : to.origin}`
}
