/** What may be typed after a slash. */
export const COMMANDS = [
  {
    name: 'customer',
    words: '/customer NAME',
    does: 'go to another customer; a fresh start, or where you left off',
  },
  { name: 'tools', words: '/tools', does: "this customer's tools, and what is withheld" },
  { name: 'status', words: '/status', does: "state of this customer's servers" },
  { name: 'up', words: '/up', does: 'start what is stopped' },
  { name: 'critical', words: '/critical QUESTION', does: 'ask several platforms, and say where they differ' },
  { name: 'platform', words: '/platform NAME', does: 'take this model platform; "auto" picks again' },
  { name: 'model', words: '/model NAME', does: 'take this model; "auto" picks again' },
  { name: 'cost', words: '/cost', does: 'what this conversation and this customer cost' },
  { name: 'clear', words: '/clear', does: "forget this customer's conversation" },
  { name: 'help', words: '/help', does: 'this list' },
  { name: 'quit', words: '/quit', does: 'leave' },
] as const

export type CommandName = (typeof COMMANDS)[number]['name']

export type Typed =
  | { kind: 'question'; text: string }
  | { kind: 'command'; name: CommandName; rest: string }
  /** `could`: which commands begin like it. */
  | { kind: 'unknown'; word: string; could: string[] }

/** What a submitted line means. A path or a pasted text that begins with a slash is a question. */
export function parseLine(line: string): Typed {
  const match = line.match(/^\/([a-z]+)(?:[ \t]+(.*))?$/)
  if (!match) return { kind: 'question', text: line }
  const [, word = '', rest = ''] = match
  const found = COMMANDS.filter(one => one.name.startsWith(word))
  const exact = found.find(one => one.name === word) ?? (found.length === 1 ? found[0] : undefined)
  return exact
    ? { kind: 'command', name: exact.name, rest: rest.trim() }
    : { kind: 'unknown', word: `/${word}`, could: found.map(one => `/${one.name}`) }
}

/** The line with what Tab adds, and the candidates where several fit. */
export function complete(
  line: string,
  customers: readonly { id: string; name: string }[],
): { line: string; candidates: string[] } {
  const argument = line.match(/^\/c(?:u(?:s(?:t(?:o(?:m(?:er?)?)?)?)?)?)?\s+(.*)$/)
  if (argument) return completeCustomer(argument[1] ?? '', customers)
  if (!/^\/[a-z]*$/.test(line)) return { line, candidates: [] }
  const names = COMMANDS.map(one => `/${one.name}`).filter(name => name.startsWith(line))
  const [only] = names
  if (only && names.length === 1) return { line: only === '/customer' ? '/customer ' : only, candidates: [] }
  return { line: commonPrefix(names) || line, candidates: names }
}

function completeCustomer(typed: string, customers: readonly { id: string; name: string }[]) {
  const wanted = typed.toLowerCase()
  const found = customers.filter(
    one => one.id.startsWith(wanted) || one.name.toLowerCase().startsWith(wanted),
  )
  const [only] = found
  if (only && found.length === 1) return { line: `/customer ${only.id}`, candidates: [] }
  const ids = found.map(one => one.id)
  const prefix = commonPrefix(ids.filter(id => id.startsWith(wanted)))
  return { line: `/customer ${prefix.length > wanted.length ? prefix : typed}`, candidates: ids }
}

function commonPrefix(words: string[]): string {
  const [first = ''] = words
  let length = first.length
  for (const word of words) while (!word.startsWith(first.slice(0, length))) length--
  return first.slice(0, length)
}
