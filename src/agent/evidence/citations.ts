// Citations in an answer: `[3]`, or `[1, 2]`.

const CITATION = /\[(\d{1,4}(?:\s*,\s*\d{1,4})*)\](?!\()/g

/** Code, in which brackets mean something else: fenced blocks, to the end if they stay open, and spans. */
const CODE =
  /(?<=^[ \t>*+-]{0,20})(`{3,}|~{3,})[\s\S]*?(?:\1|(?![\s\S]))|(?<!`)(`+)(?!`)[\s\S]*?(?<!`)\2(?!`)/gm

export interface Citation {
  numbers: number[]
  /** Position in the text. */
  start: number
  end: number
}

/** The citations in Markdown, in their order; none inside code. */
export function citationsIn(text: string): Citation[] {
  return [...withoutCode(text).matchAll(CITATION)].map(({ 0: whole, 1: list = '', index }) => ({
    numbers: list.split(',').map(Number),
    start: index,
    end: index + whole.length,
  }))
}

/** The same text, as long as before, with blanks in place of code. */
export function withoutCode(text: string): string {
  return text.replace(CODE, code => code.replace(/[^\n]/g, ' '))
}

/** The same Markdown, in which citations of other numbers are struck out and marked. */
export function withUnknownStruck(text: string, isKnown: (number: number) => boolean): string {
  return withCitations(text, numbers => {
    const known = numbers.filter(isKnown)
    const unknown = numbers.filter(one => !isKnown(one))
    const kept = known.length > 0 ? `[${known.join(', ')}] ` : ''
    return unknown.length === 0 ? undefined : `${kept}~~[${unknown.join(', ')}]~~ (no such result)`
  })
}

/** The same Markdown with something else in place of citations; undefined keeps one. */
export function withCitations(text: string, written: (numbers: number[]) => string | undefined): string {
  let [done, at] = ['', 0]
  for (const { numbers, start, end } of citationsIn(text)) {
    done += text.slice(at, start) + (written(numbers) ?? text.slice(start, end))
    at = end
  }
  return done + text.slice(at)
}

/** The same Markdown without citations and the blanks before them. */
export function withoutCitations(text: string): string {
  let [done, at] = ['', 0]
  for (const { start, end } of citationsIn(text)) {
    done += text.slice(at, start).replace(/ $/, '')
    at = end
  }
  return done + text.slice(at)
}
