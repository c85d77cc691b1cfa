import type { MarkedToken, Token } from 'marked'
import { citationsIn } from '../../../agent/evidence/citations.ts'
import { severityTone } from './severity.ts'
import type { ToneName } from './themes.ts'
import type { Piece } from './wrap.ts'

/** Tokens that make lines of their own; Markdown.tsx draws them. */
export type BlockType =
  | 'blockquote'
  | 'code'
  | 'def'
  | 'heading'
  | 'hr'
  | 'list'
  | 'list_item'
  | 'paragraph'
  | 'space'
  | 'table'

type InlineType = Exclude<MarkedToken['type'], BlockType>
type Draw<Type> = (token: Extract<MarkedToken, { type: Type }>, tones: readonly ToneName[]) => Piece[]

/** How each kind of token looks inside a line. Nothing that was written is lost, whatever the terminal can show. */
const DRAWN: { [Type in InlineType]: Draw<Type> } = {
  text: ({ text, tokens }, tones) => (tokens ? inlinePieces(tokens, tones) : citing(unescaped(text), tones)),
  escape: ({ text }, tones) => [{ text, tones }],
  strong: ({ text, tokens }, tones) => inlinePieces(tokens, [...tones, severityTone(text) ?? 'strong']),
  em: ({ tokens }, tones) => inlinePieces(tokens, [...tones, 'em']),
  codespan: ({ text }, tones) => [{ text, tones: [...tones, severityTone(text) ?? 'code'] }],
  // With its marks: not every terminal strikes text out, and an order that was withdrawn must not look like one.
  del: ({ tokens }, tones) => marked('~~', tokens, [...tones, 'struck']),
  br: () => [{ text: '\n' }],
  checkbox: ({ checked }, tones) => [{ text: checked ? '[x] ' : '[ ] ', tones }],
  html: ({ raw }, tones) => [{ text: /^<br\s*\/?>$/i.test(raw) ? '\n' : raw, tones }],
  link: linkPieces,
  image: ({ text, href, title }, tones) => [
    { text: text ? `[image: ${unescaped(text)}]` : '[image]', tones },
    { text: addressText(href, title), tones },
  ],
}

/** The inside of a line of Markdown as text in styles. A token of any other type is shown as it was written. */
export function inlinePieces(tokens: readonly Token[], tones: readonly ToneName[] = []): Piece[] {
  return tokens.flatMap(token => {
    const draw = Object.hasOwn(DRAWN, token.type) ? DRAWN[token.type as InlineType] : undefined
    // Each entry of the table takes the tokens of its own type.
    return draw ? (draw as Draw<string>)(token as never, tones) : [{ text: token.raw, tones }]
  })
}

/** With the citations in a colour of their own. */
function citing(written: string, tones: readonly ToneName[]): Piece[] {
  // `8.9 %` is never broken between two lines.
  const text = written.replace(/(?<=\d) (?=%)/g, '\u00a0')
  const starts = citationsIn(text)
  if (starts.length === 0) return [{ text, tones }]
  const pieces: Piece[] = []
  let at = 0
  for (const { start, end } of starts) {
    pieces.push(
      { text: text.slice(at, start), tones },
      { text: text.slice(start, end), tones: [...tones, 'cite'] },
    )
    at = end
  }
  return [...pieces, { text: text.slice(at), tones }].filter(one => one.text)
}

function marked(mark: string, tokens: readonly Token[], tones: readonly ToneName[]): Piece[] {
  return [{ text: mark, tones }, ...inlinePieces(tokens, tones), { text: mark, tones }]
}

function linkPieces(
  { raw, text, href, title, tokens }: Extract<MarkedToken, { type: 'link' }>,
  tones: readonly ToneName[],
): Piece[] {
  // Marked takes the footnote [^1] for a link if a line `[^1]: word` follows.
  if (/^\[\^[^\]]+\]$/.test(raw)) return [{ text: raw, tones }]
  const shown = inlinePieces(tokens, [...tones, 'link'])
  const isShown = [text, `mailto:${text}`, `http://${text}`].includes(href)
  return isShown ? shown : [...shown, { text: addressText(href, title), tones }]
}

function addressText(href: string, title?: string | null): string {
  return ` (${unescaped(href)}${title ? ` "${unescaped(title)}"` : ''})`
}

/** The character references that models write; others stay as they are. */
function unescaped(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&nbsp;', ' ')
    .replaceAll('&amp;', '&')
}
