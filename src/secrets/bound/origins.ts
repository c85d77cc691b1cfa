// Where the URLs of a server lead, as the programs that get them would read them.

import { cleanLine } from '../../base/text/terminal-text.ts'
import { shownUrl } from '../../base/text/urls.ts'
import { fillReferences, referencesIn } from '../../config/references.ts'

/** The value of a credential by its name; undefined if it has none. */
export type Reveal = (name: string) => string | undefined

/** One of the facts that decide where a credential goes. */
export interface Part {
  /** For people. It names credentials as ${NAME}. */
  text: string
  exact: string
  /** Whether `exact` holds the value of a credential, and whether one of them is not known yet. */
  isSecret?: true
  isUnknown?: true
}

/** A fact without credentials, as it is written. */
export function plainPart(text: string): Part {
  return { text: cleanLine(text, LONGEST), exact: text }
}

/** The origin of a URL that our own HTTP client requests, such as `https://mcp.example.com`. */
export function originOf(url: string, reveal: Reveal): Part {
  return partOf(url, reveal, text => (URL.canParse(text) ? new URL(text).origin : text))
}

/** A text that is not a URL, such as a host name. */
export function textPart(text: string, reveal: Reveal): Part {
  return partOf(text, reveal, filled => filled)
}

/**
 * The origins of the URLs in a text that other programs read; none in a text without a URL. Programs disagree about odd
 * URLs: `https://a.example\@b.example` leads to either host. Such a text counts as a whole, so that nothing in it can change.
 */
export function originsIn(text: string, reveal: Reveal): Part[] {
  if (!text.includes('://')) return []
  const pieces = text.split(/[\s,;]+/)
  const urls = pieces.filter(piece => piece.includes('://'))
  const isPlain = pieces.every(piece =>
    piece.includes('://') ? PLAIN.test(filledWith(piece, reveal)) : !piece.includes('@'),
  )
  return isPlain ? urls.map(url => partOf(url, reveal, plainOrigin)) : [oddPart(text)]
}

/** Identified as it is written: a value in it may be replaced. Shown by its hosts: the rest may be anything. */
function oddPart(text: string): Part {
  const hosts = text.match(/[a-z][a-z\d+.-]*:\/\/[^\s"'/?#]*/gi) ?? []
  return { text: cleanLine(hosts.map(shownUrl).join(' and '), LONGEST), exact: text }
}

/** `--name=` may precede it. A user and a password hold no character that ends the host for some program. */
const PLAIN =
  /^(?:-{0,2}[\w.-]+=)?([a-z][a-z\d+.-]*:\/\/)(?:[\w.~%!$&'()*+=:-]*@)?((?:[\p{L}\p{N}._-]+|\[[\da-f:.]+\])(?::\d+)?)(?:[/?#][^\\\s]*)?$/iu

function plainOrigin(text: string): string {
  const [, scheme = '', host] = PLAIN.exec(text) ?? []
  if (host === undefined) return text
  const url = `${scheme}${host}`
  // The parser reads the hosts of other schemes as they are.
  return /^(https?|wss?):/i.test(scheme) && URL.canParse(url) ? new URL(url).origin : url.toLowerCase()
}

const LONGEST = 120

/** Two placeholders, of which one could be a port: what they do not change, no credential decides. */
const PLACEHOLDERS = ['a', '1']

function partOf(written: string, reveal: Reveal, read: (text: string) => string): Part {
  const exact = read(filledWith(written, reveal))
  const isFixed = PLACEHOLDERS.every(word => read(fillReferences(written, () => word)) === exact)
  const text = cleanLine(shownUrl(isFixed ? exact : bare(written)), LONGEST)
  if (isFixed) return { text, exact }
  const isUnknown = referencesIn(written).some(name => reveal(name) === undefined)
  return { text, exact, isSecret: true, ...(isUnknown ? { isUnknown } : {}) }
}

function filledWith(text: string, reveal: Reveal): string {
  return fillReferences(text, name => reveal(name) ?? `\${${name}}`)
}

/** Scheme and host as they are written. */
function bare(written: string): string {
  return written.replace(/^([^/]*:\/\/)(?:[^/?#\\]*@)?([^/?#\\]*).*$/s, '$1$2')
}
