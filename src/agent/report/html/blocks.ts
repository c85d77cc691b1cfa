// Markdown of ours as HTML. Nothing in it is a link, an image or a script: a reader's browser fetches nothing.

import { lexer, type MarkedToken, type Token, type Tokens } from 'marked'

export function htmlBlocks(markdown: string): string {
  return blocks(lexer(markdown))
}

export function escaped(text: string): string {
  const names: Record<string, string> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  }
  return text.replace(/[&<>"']/g, character => names[character] ?? '')
}

function blocks(tokens: readonly Token[]): string {
  return tokens.map(token => block(token as MarkedToken)).join('\n')
}

function block(token: MarkedToken): string {
  switch (token.type) {
    case 'heading': {
      const tag = `h${Math.min(token.depth, 4)}`
      return `<${tag}>${inline(token.tokens)}</${tag}>`
    }
    case 'paragraph':
      return `<p>${inline(token.tokens)}</p>`
    case 'blockquote':
      return `<blockquote>${blocks(token.tokens)}</blockquote>`
    case 'list': {
      const tag = token.ordered ? 'ol' : 'ul'
      return `<${tag}>${token.items.map(item => `<li>${blocks(item.tokens)}</li>`).join('\n')}</${tag}>`
    }
    case 'code':
      return `<pre><code>${escaped(token.text)}</code></pre>`
    case 'table':
      return table(token as Tokens.Table)
    case 'hr':
      return '<hr>'
    case 'space':
    case 'def':
      return ''
    case 'text':
      return 'tokens' in token && token.tokens ? inline(token.tokens) : escaped(token.text)
    default:
      return escaped(token.raw)
  }
}

function table({ header, rows }: Tokens.Table): string {
  const row = (cells: readonly Tokens.TableCell[], tag: string) =>
    `<tr>${cells.map(cell => `<${tag}>${inline(cell.tokens)}</${tag}>`).join('')}</tr>`
  const body = rows.map(cells => row(cells, 'td')).join('\n')
  return `<table><thead>${row(header, 'th')}</thead><tbody>${body}</tbody></table>`
}

function inline(tokens: readonly Token[]): string {
  return tokens.map(token => piece(token as MarkedToken)).join('')
}

/** Also of links and images, what was written is shown. */
function piece(token: MarkedToken): string {
  switch (token.type) {
    case 'strong':
      return `<strong>${inline(token.tokens)}</strong>`
    case 'em':
      return `<em>${inline(token.tokens)}</em>`
    case 'del':
      return `<del>${inline(token.tokens)}</del>`
    case 'codespan':
      return `<code>${escaped(token.text)}</code>`
    case 'br':
      return '<br>'
    case 'escape':
      return escaped(token.text)
    case 'text':
      return 'tokens' in token && token.tokens ? inline(token.tokens) : escaped(token.text)
    default:
      return escaped(token.raw)
  }
}
