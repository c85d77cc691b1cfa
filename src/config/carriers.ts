// What carries a credential to where it is read, and which characters that can carry.

import { characterName } from '../base/text/letters/character-name.ts'
import type { Server } from './project.ts'
import { referencesIn } from './references.ts'

/** An HTTP header; a header inside a JSON text; a URL; the user name of basic authentication. */
type Carrier = 'header' | 'json' | 'url' | 'user'

/** The credentials of a server that cannot have just any value. */
export function carriedCredentials(server: Server): { name: string; carrier: Carrier }[] {
  const { env, auth } = server
  const own = env.flatMap(entry => ('credential' in entry && entry.header ? [entry.credential] : []))
  const texts = env.flatMap(entry =>
    'value' in entry && typeof entry.value === 'string' ? [entry.value] : [],
  )
  return [
    ...carried('header', auth?.kind === 'bearer' ? [...own, auth.tokenName] : own),
    ...carried('user', auth?.kind === 'basic' ? [auth.userName] : []),
    ...carried('header', server.managed ? [] : Object.values(server.headers).flatMap(referencesIn)),
    ...carried('json', texts.filter(text => text.startsWith('{"')).flatMap(referencesIn)),
    ...carried(
      'url',
      urlsWithReferences(server).flatMap(({ text }) => referencesIn(text)),
    ),
  ]
}

/** The URLs of a server that name credentials, and the keys under which they are written. */
export function urlsWithReferences({ managed, env, url, proxy }: Server): { key: string; text: string }[] {
  const written = managed
    ? env.flatMap(({ name, ...entry }) =>
        'value' in entry && typeof entry.value === 'string' && /^https?:/.test(entry.value)
          ? [{ key: name, text: entry.value }]
          : [],
      )
    : [
        { key: 'url', text: url },
        { key: 'proxy', text: proxy?.url ?? '' },
      ]
  return written.filter(({ text }) => referencesIn(text).length > 0)
}

function carried(carrier: Carrier, names: string[]) {
  return [...new Set(names)].map(name => ({ name, carrier }))
}

/** What each can carry: RFC 9110, 5.5; in a JSON text, nothing that would need an escape; RFC 3986, 2; RFC 7617, 2. */
const CARRIED: Record<Carrier, RegExp> = {
  header: /[^\t\x20-\x7e]/u,
  json: /[^\x20-\x7e]|["\\]/u,
  url: /[^A-Za-z0-9._~!$&'()*+,;=:%/-]/u,
  user: /[:\x00-\x1f\x7f]/u,
}
const WORDS: Record<Carrier, string> = {
  header: 'which an HTTP header cannot carry',
  json: "which a container's headers cannot carry",
  url: 'which a URL can carry only percent-encoded',
  user: 'which a user name of basic authentication cannot contain',
}

/** Completes the credential's name: `contains “ (U+201C), which an HTTP header cannot carry`; undefined if all is well. */
export function carrierFault(value: string, carrier: Carrier): string | undefined {
  const odd = CARRIED[carrier].exec(value)?.[0]
  if (odd !== undefined) return `contains ${characterName(odd)}, ${WORDS[carrier]}`
  return carrier !== 'url' && value !== value.trim() ? 'begins or ends with a space' : undefined
}
