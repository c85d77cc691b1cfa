/** A character for a message about it: `ü (U+00FC)`, `a line break`, `a space (U+00A0)`, `a control character (U+0007)`. */
export function characterName(character: string): string {
  const code = `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`
  if (character === '\n' || character === '\r') return 'a line break'
  if (/\s/u.test(character)) return `a space (${code})`
  return /^[\p{L}\p{P}\p{S}]$/u.test(character) ? `${character} (${code})` : `a control character (${code})`
}
