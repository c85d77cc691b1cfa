// Takes the secrets out of a server's texts, and turns the references of other clients into ours.

import { isReserved } from '../references.ts'
import { isSecret, looksSecret } from '../settings/secrets.ts'

/** The credentials that the translated servers name: values that were found, and undefined for those to fill in. */
export type FoundCredentials = Map<string, string | undefined>

export interface Naming {
  /** The customer's id: part of the name of each credential. */
  customer: string
  credentials: FoundCredentials
  /** Names of those that were there before. */
  known: ReadonlySet<string>
}

/** Each returns a text as it is written into mcp_servers.json. */
export interface Texts {
  /** Of a variable or a header. */
  value(key: string, text: string): string
  url(text: string): string
  args(words: readonly string[]): string[]
}

/** @param server its name, part of the names of credentials that would otherwise be ambiguous */
export function textsFor(server: string, naming: Naming, notes: string[]): Texts {
  const credential = credentialsFor(server, naming, notes)
  const references = (text: string) => withReferences(text, credential, notes)
  const value = (key: string, text: string): string => {
    const plain = references(text)
    if (plain !== text) return urlWithout(plain, key, credential)
    const [, scheme = '', rest = text] = /^((?:Bearer|Basic|Token) +)(\S+)$/i.exec(text) ?? []
    if (scheme !== '' || isSecret(key, rest) || holdsSecret(text)) return `${scheme}${credential(key, rest)}`
    return urlWithout(text, key, credential)
  }
  return {
    value,
    url: text => urlWithout(references(text), `${server}_URL`, credential),
    args: words => argsWithout(words, { server, credential, references, value }),
  }
}

type NameCredential = (key: string, value: string | undefined) => string

/** Puts a value among the credentials, and returns the reference to it. */
function credentialsFor(
  server: string,
  { customer, credentials, known }: Naming,
  notes: string[],
): NameCredential {
  return (key, value) => {
    const name = nameFor([key, customer])
    const own = nameFor([server, key, customer])
    // Two servers may have a key of the same name, with other values. A reference may mean what is there already.
    const fits = (one: string) =>
      !credentials.has(one) || credentials.get(one) === value || (value === undefined && known.has(one))
    const further = () => Array.from({ length: 99 }, (_, at) => `${own}_${at + 2}`).find(fits) ?? own
    const free = [name, own].find(fits) ?? further()
    // The other file did not have the value, and its server gets it now.
    if (value === undefined && known.has(free)) notes.push(`uses the value of ${free} that you already have`)
    credentials.set(free, credentials.get(free) ?? value)
    return `\${${free}}`
  }
}

/**
 * `${NAME}`, `${NAME:-default}`; `${env:NAME}` and `${input:name}` of editors; `{env:NAME}` of opencode; `${{ secrets.NAME }}`
 * of Continue.
 */
const REFERENCE =
  /\$\{\{\s*(?:secrets|inputs)\.([\w.-]+)\s*\}\}|\$\{(?:env:|input:)?([A-Za-z_][\w.-]*)(?::?-([^}]*))?\}|(?<!\$)\{env:([A-Za-z_]\w*)\}/g

function withReferences(text: string, credential: NameCredential, notes: string[]): string {
  // Gemini CLI: a value that is nothing but `$NAME`.
  const braced = text.replace(/^\$([A-Z_][A-Z0-9_]*)$/, '$${$1}')
  return braced.replace(REFERENCE, (_, secret?: string, name?: string, preset?: string, own?: string) => {
    const wanted = secret ?? name ?? own ?? ''
    if (preset === undefined) return credential(wanted, undefined)
    notes.push(`${wanted}: default used`)
    return preset
  })
}

/** `https://user:password@host/secret?token=…`; a text that is no URL stays as it is. */
function urlWithout(text: string, key: string, credential: NameCredential): string {
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return text
  const [, start = '', rest = ''] = /^([a-z][a-z0-9+.-]*:\/\/)(.*)$/is.exec(text) ?? []
  const [, authority = '', path = '', query = ''] = /^([^/?#]*)([^?#]*)(.*)$/s.exec(rest) ?? []
  return (
    start +
    withoutUser(authority, credential) +
    withoutKeys(path, key, credential) +
    withoutQuery(query, credential)
  )
}

function withoutUser(authority: string, credential: NameCredential): string {
  const at = authority.lastIndexOf('@')
  if (at < 0) return authority
  const [user = '', ...rest] = authority.slice(0, at).split(':')
  const password = rest.join(':')
  const hidden = (key: string, one: string) => (one === '' || one.includes('${') ? one : credential(key, one))
  // A user without a password is a token. Both parts go: an address in our file names no user in clear text.
  const shown =
    password === '' ? hidden('TOKEN', user) : `${hidden('USER', user)}:${hidden('PASSWORD', password)}`
  return `${shown}@${authority.slice(at + 1)}`
}

/** A long random part of a path opens the server to everybody who knows it. */
function withoutKeys(path: string, key: string, credential: NameCredential): string {
  return path
    .split('/')
    .map(part => (!part.includes('${') && looksSecret(part) ? credential(`${key}_KEY`, part) : part))
    .join('/')
}

function withoutQuery(query: string, credential: NameCredential): string {
  return query.replace(/([?&#])([^=&#]+)=([^&#]*)/g, (whole, mark: string, key: string, one: string) =>
    isSecret(key, one) ? `${mark}${key}=${credential(key, one)}` : whole,
  )
}

/**
 * Headers as JSON, or a connection string: `{"Authorization": "…"}`, `Server=db;Password=…`. Or several lines, such as a
 * private key, which only the credentials file can hold.
 */
function holdsSecret(text: string): boolean {
  if (/[\r\n]/.test(text)) return true
  if (/(^|[;\s])(password|pwd|accountkey|sharedaccesskey)\s*=\s*[^;\s]/i.test(text)) return true
  if (!/^\s*[{[]/.test(text)) return false
  const pairs = [...text.matchAll(/"((?:[^"\\]|\\.)*)"\s*:\s*"((?:[^"\\]|\\.)*)"/g)]
  return pairs.some(([, key = '', one = '']) => isSecret(key, one))
}

interface ArgumentTexts {
  server: string
  credential: NameCredential
  references(text: string): string
  value: Texts['value']
}

function argsWithout(
  words: readonly string[],
  { server, credential, references, value }: ArgumentTexts,
): string[] {
  return words.map((word, i) => {
    const before = /^--?[\w-]+$/.test(words[i - 1] ?? '') ? (words[i - 1] ?? '') : ''
    const [, flag = '', one = word] = /^(--?[\w-]+=|[A-Za-z_]\w*=)(.+)$/s.exec(word) ?? []
    const key = flag !== '' ? flag.slice(0, -1) : word.startsWith('-') ? '' : before
    const [, header, text] = /^(-H|.*header.*)$/i.test(key) ? (/^([\w-]+):\s*(.+)$/s.exec(one) ?? []) : []
    if (header !== undefined && text !== undefined) return `${flag}${header}: ${value(header, text)}`
    const plain = references(one)
    if (plain !== one) return flag + urlWithout(plain, `${server}_URL`, credential)
    if (key !== '' && isSecret(key, one)) return flag + credential(key, one)
    // An address of a web server stays readable.
    if (/^https?:/i.test(one)) return flag + urlWithout(one, `${server}_URL`, credential)
    if (!looksSecret(one) && !holdsSecret(one)) return word
    return flag + credential(`${server}_${one.includes('://') ? 'URL' : 'ARG'}`, one)
  })
}

function nameFor(parts: readonly string[]): string {
  const words = parts.map(part => part.replace(/[^A-Za-z0-9]+/g, '_').replace(/^_+|_+$/g, ''))
  const name = words
    .filter(word => word !== '')
    .join('_')
    .toUpperCase()
    .slice(0, 96)
  return /^[A-Z_]/.test(name) && !isReserved(name) ? name : `MCP_${name}`
}
