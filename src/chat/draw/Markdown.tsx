import { Box, Text } from 'ink'
import { lexer, type Token, type Tokens } from 'marked'
import type { ReactNode } from 'react'
import { all, Inline } from './Inline.tsx'
import { useTone } from './tone.tsx'

/** Markdown as Ink boxes, so that Ink wraps it at any width with lists hanging. */
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
          <Text {...tone('heading')}>
            <Inline tokens={token.tokens} />
          </Text>
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
          <Text>
            <Inline tokens={(token as Tokens.Paragraph).tokens ?? [token]} />
          </Text>
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
  const tone = useTone()
  const rows = [table.header, ...table.rows]
  const widths = table.header.map((_, i) => Math.max(...rows.map(row => row[i]?.text.length ?? 0)))
  const fits = widths.reduce((sum, one) => sum + one + 3, 0) <= width
  const lines = fits
    ? rows.map(row =>
        row
          .map((cell, i) => cell.text.padEnd(widths[i] ?? 0))
          .join(' │ ')
          .trimEnd(),
      )
    : table.rows.map(row => row.map((cell, i) => `${table.header[i]?.text}: ${cell.text}`).join('\n'))
  return (
    <Box flexDirection="column" marginTop={above}>
      {all(lines, (line, i) => (
        <Text {...(fits && i === 0 ? tone('strong') : {})}>{line}</Text>
      ))}
    </Box>
  )
}
