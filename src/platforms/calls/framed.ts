// How the result of a tool is written for a model: with its number, and with an end that the result itself cannot contain.

const FRAME = /^<result n="(\d+)">\n([\s\S]*)\n<\/result>$/

/** The result under its number. */
export function framedResult(number: number, text: string): string {
  return `<result n="${number}">\n${text.replace(/<(?=\s*\/?\s*result\b)/gi, '&lt;')}\n</result>`
}

/** The number and the text of a result; without a number for one that has no frame. */
export function unframed(text: string): { number: number | undefined; text: string } {
  const [, number, inner] = FRAME.exec(text) ?? []
  if (number === undefined || inner === undefined) return { number: undefined, text }
  return { number: Number(number), text: inner.replace(/&lt;(?=\s*\/?\s*result\b)/gi, '<') }
}
