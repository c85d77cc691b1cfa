// JSON in what a tool returned.

/** What the JSON says, and the text before it. */
export interface FoundJson {
  value: object
  before: string
}

/** Undefined if the text is no object or list of JSON, also after other text. */
export function jsonIn(text: string): FoundJson | undefined {
  const start = text.search(/^[[{]/m)
  if (start < 0) return undefined
  try {
    const value: unknown = JSON.parse(text.slice(start))
    return typeof value === 'object' && value !== null ? { value, before: text.slice(0, start) } : undefined
  } catch {
    return undefined
  }
}
