import { Text } from 'ink'
import type { Token } from 'marked'
import { createElement, Fragment, type ReactNode } from 'react'
import { useTone } from './tone.tsx'

/** Children without keys: these lists are drawn once or anew as a whole, never reordered. */
export function all<T>(items: readonly T[], draw: (item: T, index: number) => ReactNode): ReactNode {
  return createElement(Fragment, null, ...items.map(draw))
}

/** What stands within a line of Markdown: bold, code, links. */
export function Inline({ tokens }: { tokens: Token[] | undefined }): ReactNode {
  return all(tokens ?? [], token => <Piece token={token} />)
}

function Piece({ token }: { token: Token }): ReactNode {
  const tone = useTone()
  const inner = 'tokens' in token && token.tokens ? <Inline tokens={token.tokens} /> : undefined
  switch (token.type) {
    case 'strong':
      return <Text {...tone('strong')}>{inner}</Text>
    case 'em':
      return <Text {...tone('em')}>{inner}</Text>
    case 'codespan':
      return <Text {...tone('code')}>{token.text}</Text>
    case 'br':
      return '\n'
    case 'link':
      return (
        <>
          <Text {...tone('link')}>{inner}</Text>
          {token.text === token.href ? '' : ` (${token.href})`}
        </>
      )
    default:
      return inner ?? ('text' in token ? unescaped(token.text as string) : token.raw)
  }
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
