import type { Token } from 'marked'
import type { ToneName } from './tone.tsx'
import type { Piece } from './wrap.ts'

const TONES: Record<string, ToneName> = { strong: 'strong', em: 'em', codespan: 'code' }

/** The inside of a line of Markdown (bold, code, links) as text in styles. */
export function inlinePieces(tokens: readonly Token[], tones: readonly ToneName[] = []): Piece[] {
  return tokens.flatMap(token => {
    const tone = TONES[token.type]
    const within = tone ? [...tones, tone] : tones
    if (token.type === 'br') return [{ text: '\n' }]
    if (token.type === 'link') {
      const shown = inlinePieces(token.tokens ?? [], [...tones, 'link'])
      return token.text === token.href ? shown : [...shown, { text: ` (${token.href})`, tones }]
    }
    if ('tokens' in token && token.tokens) return inlinePieces(token.tokens, within)
    return [{ text: 'text' in token ? unescaped(token.text as string) : token.raw, tones: within }]
  })
}

/** marked escapes the text of some tokens for HTML. */
function unescaped(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
}
