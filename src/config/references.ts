// `${NAME}` in a text of the configuration: the value of a credential, filled in as late as possible.

const REFERENCE = /\$\{([A-Z_][A-Z0-9_]{0,99})\}/g

/** Names of the credentials that a text refers to. */
export function referencesIn(text: string): string[] {
  return [...text.matchAll(REFERENCE)].map(([, name]) => name as string)
}

/** Variables that control other programs, or that supportmax sets itself, such as the tokens of its servers. */
const RESERVED = /^(PATH|HOME|SHELL|USER|LD_.*|NODE_.*|DOCKER_.*|COMPOSE_.*|SUPPORTMAX_.*)$/

/** Whether a credential must not have this name. */
export function isReserved(name: string): boolean {
  return RESERVED.test(name)
}

/** What is wrong with the references in a text, as a message and a hint; undefined if nothing is. */
export function referenceFault(text: string): { message: string; hint: string } | undefined {
  const rest = fillReferences(text, () => '')
  const unfilled = /\$\{(\w*\})?/.exec(rest)?.[0]
  if (unfilled !== undefined)
    return {
      message: `contains "${unfilled}", which is never replaced`,
      hint: 'write ${NAME}, in capitals and with braces',
    }
  const reserved = referencesIn(text).find(isReserved)
  if (reserved === undefined) return undefined
  return { message: `names ${reserved}, which is not a credential`, hint: 'use a credential of another name' }
}

/** The text with each reference replaced. A value is inserted as it is: in a URL, it must be percent-encoded already. */
export function fillReferences(text: string, value: (name: string) => string): string {
  return text.replace(REFERENCE, (_, name: string) => value(name))
}

/** The text as a pattern of what is between its references: `between` gets everything else. */
export function mapReferences(
  text: string,
  map: { reference(name: string): string; between(text: string): string },
): string {
  let end = 0
  let mapped = ''
  for (const match of text.matchAll(REFERENCE)) {
    mapped += map.between(text.slice(end, match.index)) + map.reference(match[1] as string)
    end = match.index + match[0].length
  }
  return mapped + map.between(text.slice(end))
}
