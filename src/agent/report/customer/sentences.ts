// The sentences of an answer, each with what it cites, as plain text.

import { citationsIn, withoutCitations } from '../../evidence/citations.ts'

export interface Sentence {
  /** Without citations and marks of Markdown. */
  text: string
  /** The same as the answer has it. */
  written: string
  cited: number[]
}

const FENCE = /^\s*(?:`{3,}|~{3,})/
const HEADING = /^\s*#{1,6}\s/
const ROW = /^\s*\|(.*)\|\s*$/
const RULE = /^[\s|:-]+$/
const ITEM = /^\s*(?:[-*+]|\d{1,3}[.)])\s+/
const LINK = /!?\[([^\]]*)\]\([^)]*\)/g

/** All in italics: about the answer itself. */
const REMARK = /^_[^_]+_$|^\*[^*]+\*$/
/** What is bold as a whole is cited as a whole. */
const BOLD = /^\*\*((?:(?!\*\*).)+)\*\*((?:\s*\[\d{1,4}(?:\s*,\s*\d{1,4})*\])+)\.?$/

/** A paragraph, an item of a list, or a row of a table. */
interface Part {
  kind: 'text' | 'item' | 'row'
  text: string
}

/** An item of a list, or a row of a table, belongs to the sentence that ends with a colon before it. */
export function sentencesOf(answer: string): Sentence[] {
  let [lead, under] = ['', 'text']
  const all = partsOf(answer).flatMap(part => {
    if (part === undefined || (part.kind !== under && under !== 'text')) lead = ''
    if (part === undefined || REMARK.test(part.text)) return []
    under = part.kind
    const written = split(part.text)
    if (part.kind !== 'text') return written.map(one => sentence(`${lead} ${one}`.trim()))
    const last = written.at(-1) ?? ''
    lead = withoutCitations(last).trimEnd().endsWith(':') ? last : ''
    return written.map(sentence)
  })
  return all.filter(one => /[\p{L}\p{N}]/u.test(one.text) && !one.text.endsWith(':'))
}

function sentence(written: string): Sentence {
  const cited = [...new Set(citationsIn(written).flatMap(one => one.numbers))]
  return { text: plain(withoutCitations(written)), written, cited }
}

/** Without code. Undefined for a heading. */
function partsOf(answer: string): (Part | undefined)[] {
  const parts: (Part | undefined)[] = []
  let open: Part | undefined
  let header: string[] | undefined
  let isCode = false
  for (const line of answer.replace(LINK, '$1').split('\n').map(unquoted)) {
    const part = partIn(line)
    if (FENCE.test(line)) isCode = !isCode
    if (part?.kind !== 'row') header = undefined
    if (isCode || FENCE.test(line) || part === undefined) {
      open = undefined
      if (HEADING.test(line)) parts.push(undefined)
    } else if (part.kind === 'row') {
      const cells = part.text.split(/(?<!\\)\|/).map(one => one.trim())
      if (header && !RULE.test(part.text)) parts.push({ kind: 'row', text: rowText(header, cells) })
      header ??= cells
      open = undefined
    } else if (part.kind === 'text' && open) open.text += ` ${part.text}`
    else {
      parts.push(part)
      open = part
    }
  }
  return parts
}

function unquoted(line: string): string {
  return line.replace(/^\s*(?:>\s?)+/, '')
}

/** Undefined for a line that ends a part. */
function partIn(line: string): Part | undefined {
  if (HEADING.test(line) || line.trim() === '') return undefined
  const [, row] = ROW.exec(line) ?? []
  if (row !== undefined) return { kind: 'row', text: row }
  return ITEM.test(line)
    ? { kind: 'item', text: line.replace(ITEM, '').trim() }
    : { kind: 'text', text: line.trim() }
}

/** `host: web-1, errors: 12 %` */
function rowText(header: readonly string[], cells: readonly string[]): string {
  return cells.map((cell, i) => (header[i] ? `${header[i]}: ${cell}` : cell)).join(', ')
}

const SENTENCES = new Intl.Segmenter('en', { granularity: 'sentence' })

/** A citation behind the full stop belongs to the sentence before. */
const BEHIND = /([.!?][*_"'”»)]{0,4})((?:\s*\[\d{1,4}(?:\s*,\s*\d{1,4})*\])+)(?=\s|$)/g

function split(text: string): string[] {
  const [, bold, cited] = BOLD.exec(text) ?? []
  if (bold !== undefined && cited !== undefined) return split(bold).map(one => `**${one}**${cited}`)
  const moved = text.replace(BEHIND, '$2$1')
  return [...SENTENCES.segment(moved)].map(one => one.segment.trim()).filter(one => one !== '')
}

function plain(markdown: string): string {
  return markdown
    .replace(/\*\*|__|`|(?<!\w)[*_](?=\w)|(?<=[\w.!?])[*_](?!\w)/g, '')
    .replace(/\s+/g, ' ')
    .trim()
}
