// Secrets that people put into URLs: where they are, and how a URL is shown without them.

/** Parameters that carry a secret in the APIs of many vendors. */
const SECRET_PARAMETER =
  /^(x[-_])?(api[-_]?key|app[-_]?key|key|token|(access|auth|id|refresh|session|bearer)[-_]?token|auth|authorization|secret|client[-_]?secret|password|passwd|pwd|pass|sig|signature|jwt|subscription[-_]key|credentials?)$/i

const MASK = '***'
/** Text in the place of a value that says where the value comes from. */
const REFERENCE = /^\$\{\w+\}$/

/** Whether a host, as the parser of URLs writes it, is always this machine itself (RFC 6761, 6.3; RFC 4291, 2.5.3). */
export function isLoopback(host: string): boolean {
  return /^(.+\.)?localhost\.?$|^127(\.\d+){3}$|^\[::1\]$|^\[::ffff:7f[\da-f]{2}:/.test(host)
}

/** The text without percent-encoding; as it is where that is broken, such as a password with a bare `%`. */
export function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** Names of the query parameters that carry a secret in clear text. */
export function secretParameters(text: string): string[] {
  return parametersIn(text).flatMap(({ name, value }) =>
    SECRET_PARAMETER.test(name) && value !== '' && !REFERENCE.test(value) ? [name] : [],
  )
}

/** The first part of the path that looks like a secret: long and random, such as a UUID; undefined if there is none. */
export function randomSegment(text: string): string | undefined {
  return pathOf(text).split('/').find(isRandom)
}

/** The URL without secrets: user and password, known parameters and random parts of the path are `***`. */
export function shownUrl(text: string): string {
  const [address = '', ...rest] = text.split(/([?#])/)
  const masked = address
    .replace(
      /^(\w+:\/\/)([^/]*)@/,
      (_, scheme: string, user: string) => `${scheme}${isNamed(user) ? user : MASK}@`,
    )
    .split('/')
    .map((part, at) => (at > 2 && isRandom(part) ? MASK : part))
    .join('/')
  return masked + rest.map(part => part.split('&').map(shownParameter).join('&')).join('')
}

function shownParameter(pair: string): string {
  const [name = '', value] = splitOnce(pair, '=')
  const secret = SECRET_PARAMETER.test(percentDecoded(name)) || isRandom(value ?? name)
  if (!secret || REFERENCE.test(value ?? '')) return pair
  return value === undefined ? (isRandom(name) ? MASK : pair) : `${name}=${MASK}`
}

/** Whether `user:password` consists of names of credentials. */
function isNamed(user: string): boolean {
  return user.split(':').every(part => part === '' || REFERENCE.test(part))
}

function parametersIn(text: string): { name: string; value: string }[] {
  const [, query = ''] = splitOnce(text.replace(/#.*$/, ''), '?')
  return query.split('&').map(pair => {
    const [name = '', value = ''] = splitOnce(pair, '=')
    return { name: percentDecoded(name), value }
  })
}

function pathOf(text: string): string {
  return text.replace(/^\w+:\/\/[^/?#]*/, '').replace(/[?#].*$/, '')
}

function splitOnce(text: string, by: string): [string, string | undefined] {
  const at = text.indexOf(by)
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)]
}

/** Letters and digits mixed, in 20 characters or more that are not words joined by hyphens. */
function isRandom(part: string): boolean {
  if (!/^[\w-]{20,}$/.test(part) || !/\d/.test(part) || !/[a-z]/i.test(part)) return false
  const chunks = part.split(/[-_]/)
  const mixed = chunks.filter(chunk => chunk.length >= 4 && /\d/.test(chunk) && /[a-z]/i.test(chunk))
  return mixed.join('').length >= 12
}
