import { Box, Text } from 'ink'
import { lexer, type Token, type Tokens } from 'marked'
import type { ReactNode } from 'react'
import { inlinePieces } from './inline.ts'
import { all, Rows } from './Rows.tsx'
import { useTone } from './tone.tsx'
import { columnsOf, type Piece } from './wrap.ts'

/** Markdown as Ink boxes, wrapped at any width with lists hanging. */
export function Markdown({ text, width }: { text: string; width: number }): ReactNode {
  return (
    <Box flexDirection="column" width={width}>
      {all(lexer(text), (token, i) => (
        <Block token={token} width={width} first={i === 0} />
      ))}
    </Box>
  )
}

function Block({ token, width, first }: { token: Token; width: number; first: boolean }): ReactNode {
  const tone = useTone()
  const above = first ? 0 : 1
  switch (token.type) {
    case 'heading':
      return (
        <Box marginTop={above}>
          <Rows pieces={inlinePieces(token.tokens ?? [], ['heading'])} width={width} />
        </Box>
      )
    case 'list':
      return <List list={token as Tokens.List} width={width} />
    case 'code':
      return (
        <Box marginTop={above} marginLeft={2}>
          <Text {...tone('code')}>{(token as Tokens.Code).text}</Text>
        </Box>
      )
    case 'blockquote':
      return (
        <Box marginTop={above}>
          <Text {...tone('quiet')}>│ </Text>
          <Box flexDirection="column" width={width - 2}>
            {all((token as Tokens.Blockquote).tokens, inner => (
              <Block token={inner} width={width - 2} first />
            ))}
          </Box>
        </Box>
      )
    case 'table':
      return <Table table={token as Tokens.Table} width={width} above={above} />
    case 'hr':
      return <Text {...tone('quiet')}>{'─'.repeat(Math.min(width, 24))}</Text>
    case 'space':
      return null
    default:
      return (
        <Box marginTop={token.type === 'paragraph' ? above : 0}>
          <Rows pieces={inlinePieces((token as Tokens.Paragraph).tokens ?? [token])} width={width} />
        </Box>
      )
  }
}

function List({ list, width }: { list: Tokens.List; width: number }): ReactNode {
  const tone = useTone()
  return (
    <Box flexDirection="column">
      {all(list.items, (item, i) => {
        const mark = list.ordered ? `${Number(list.start || 1) + i}. ` : '• '
        return (
          <Box>
            <Box flexShrink={0}>
              <Text {...tone('quiet')}>{mark}</Text>
            </Box>
            <Box flexDirection="column" width={width - mark.length}>
              {all(item.tokens, inner => (
                <Block token={inner} width={width - mark.length} first />
              ))}
            </Box>
          </Box>
        )
      })}
    </Box>
  )
}

/** Columns where they fit, else each row as `head: cell` lines. */
function Table({ table, width, above }: { table: Tokens.Table; width: number; above: number }): ReactNode {
  const rows = [table.header, ...table.rows].map(row => row.map(cell => inlinePieces(cell.tokens)))
  const [head = []] = rows
  const textOf = (cell: Piece[] | undefined) => (cell ?? []).map(piece => piece.text).join('')
  const widths = head.map((_, i) => Math.max(...rows.map(row => columnsOf(textOf(row[i])))))
  const fits = widths.reduce((sum, one) => sum + one + 3, -3) <= width
  const padded = (cell: Piece[], i: number) => ({
    text: ' '.repeat(i < head.length - 1 ? (widths[i] ?? 0) - columnsOf(textOf(cell)) : 0),
  })
  const lines = fits
    ? rows.map((row, at) =>
        row.flatMap((cell, i) => [
          ...(i > 0 ? [{ text: ' │ ' }] : []),
          ...(at === 0 ? [{ text: textOf(cell), tones: ['strong' as const] }] : cell),
          padded(cell, i),
        ]),
      )
    : rows
        .slice(1)
        .flatMap(row => row.map((cell, i) => [{ text: `${textOf(head[i])}: ` }, ...cell] as Piece[]))
  return (
    <Box flexDirection="column" marginTop={above}>
      {all(lines, line => (
        <Rows pieces={line} width={width} hang={2} />
      ))}
    </Box>
  )
}
