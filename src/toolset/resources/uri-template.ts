// Whether a URI can have been made from a template of RFC 6570.

const LONGEST_URI = 8_192
const MOST_PARTS = 200
/** `..` as a whole segment, also percent-encoded: it would leave the folder that the template is about. */
const UPWARDS = /(^|[/\\]|%2f|%5c)(\.|%2e){2}($|[/\\?#]|%2f|%5c)/i

/**
 * Checks all ways of splitting the URI at once, in time that grows with the product of both lengths: a template is a
 * server's text, and a regular expression made of it could take forever.
 */
export function fitsTemplate(uri: string, template: string): boolean {
  if (uri.length > LONGEST_URI || UPWARDS.test(uri)) return false
  const parts = template.split(/(\{[^{}]*\})/).filter(part => part !== '')
  if (parts.length > MOST_PARTS) return false
  const start: Places = new Set([0])
  const ends = parts.reduce<Places>(
    (from, part) => (part.startsWith('{') ? afterExpression(uri, part, from) : afterLiteral(uri, part, from)),
    start,
  )
  return ends.has(uri.length)
}

/** Where in the URI the next part may begin. */
type Places = ReadonlySet<number>

function afterLiteral(uri: string, literal: string, from: Places): Places {
  return new Set([...from].filter(at => uri.startsWith(literal, at)).map(at => at + literal.length))
}

/** Only `{+x}` and `{#x}`, and lists of path segments and parameters, can contain a slash or what follows a path. */
function afterExpression(uri: string, expression: string, from: Places): Places {
  const takesAny = /^\{[+#/?&]/.test(expression)
  const places = new Set<number>()
  for (let at = 0, isInside = false; at <= uri.length; at++) {
    isInside = from.has(at) || (isInside && (takesAny || !/[/?#]/.test(uri[at - 1] ?? '')))
    if (isInside) places.add(at)
  }
  return places
}
