// What nobody sees, and a model reads. Joiners inside words and emoji, and the style of an emoji, are parts of what is seen.
const JOINER =
  /(?<=\p{L}|\p{M}|\p{Extended_Pictographic}|\p{Emoji_Modifier}|\ufe0f)(?:\u200c|\u200d)(?=\p{L}|\p{Extended_Pictographic})/u
const STYLE = /(?<=\p{Emoji})(?:\ufe0e|\ufe0f)/u
const INVISIBLE = new RegExp(
  `(?!${JOINER.source}|${STYLE.source})(?:\\p{Default_Ignorable_Code_Point}|[\\ufff9-\\ufffb])`,
  'gu',
)

/**
 * Removes from untrusted text all that could move the cursor, change colours, reorder characters or hide words. Keeps newlines,
 * and the lines after a sequence that has no end.
 */
export function clean(text: string): string {
  return text
    .replace(/\u001b\[[0-9;?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b\n]*(\u0007|\u001b\\)?|\u001b./g, '')
    .replace(/\r\n?/g, '\n')
    .replace(/\t/g, '  ')
    .replace(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '')
    .replace(INVISIBLE, '')
}

/** clean(), for a text that is not complete yet: a joiner at its end may join it to what comes next. */
export function cleanGrowing(text: string): string {
  return clean(text) + (/(?:\u200c|\u200d|\ufe0e|\ufe0f)$/.exec(text)?.[0] ?? '')
}

/** Untrusted text on one line, with all that cannot be seen written as `\u{200b}`: nothing of it is left out. */
export function visible(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]|(?! )\p{Zs}/gu,
    character => `\\u{${character.codePointAt(0)?.toString(16)}}`,
  )
}

/** Like clean(), on one line of at most `longest` characters. */
export function cleanLine(text: string, longest = 400): string {
  const flat = clean(text).replace(/\s+/g, ' ').trim()
  return flat.length > longest ? `${flat.slice(0, longest - 1)}…` : flat
}
