/** Which tools are offered at all, by names and patterns; `exclude` wins. */
export interface ToolChoice {
  /** undefined = all. */
  include: string[] | undefined
  exclude: string[]
}

/** Whether the text is a pattern rather than a name. */
export function isPattern(text: string): boolean {
  return text.includes('*')
}

/** Whether a name matches a pattern. `*` matches any text; a pattern without one matches only that name. */
export function fitsPattern(name: string, pattern: string): boolean {
  return patternMatcher(pattern)(name)
}

/** The same for a pattern that is tried often. */
export function patternMatcher(pattern: string): (name: string) => boolean {
  const [head = '', ...pieces] = pattern.split('*')
  const tail = pieces.pop()
  if (tail === undefined) return name => name === pattern
  return name => {
    if (name.length < head.length + tail.length || !name.startsWith(head) || !name.endsWith(tail))
      return false
    const middle = name.slice(head.length, name.length - tail.length)
    let from = 0
    // The first match of each piece leaves the most text for the next one, so no backtracking is needed.
    return pieces.every(piece => {
      const at = middle.indexOf(piece, from)
      from = at + piece.length
      return at >= 0
    })
  }
}

/** Why a server's `tools` do not offer this one at all; undefined if they do. */
export function leftOutReason(name: string, { include, exclude }: ToolChoice): string | undefined {
  const excluding = exclude.find(one => fitsPattern(name, one))
  if (excluding !== undefined) return `"tools" of its server exclude ${JSON.stringify(excluding)}`
  if (include && !include.some(one => fitsPattern(name, one)))
    return '"tools" of its server do not include it'
  return undefined
}
