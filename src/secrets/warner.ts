import type { Credentials } from './credentials.ts'

/** Says once what is wrong with the places of these credentials. */
export function placeWarner(
  credentials: Credentials,
  warn: (text: string) => void = () => {},
): (names: Iterable<string>) => void {
  const said = new Set<string>()
  return names => {
    for (const name of names) {
      const { reason, hint } = credentials.find(name)
      const text = `${name}: ${reason}; ${hint}`
      if (reason !== '' && !said.has(text)) warn(text)
      said.add(text)
    }
  }
}
