import { Box, Text } from 'ink'
import { lexer, type Token, type Tokens } from 'marked'
import type { ReactNode } from 'react'
import { inlinePieces } from './inline.ts'
import { Rows, unkeyed } from './Rows.tsx'
import { Table } from './Table.tsx'
import { useTone } from './tone.tsx'

/** Markdown as Ink boxes, wrapped at any width with lists hanging. */
export function Markdown({ text, width }: { text: string; width: number }): ReactNode {
  return (
    <Box flexDirection="column" width={width}>
      {unkeyed(lexer(text), (token, i) => (
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
            {unkeyed((token as Tokens.Blockquote).tokens, inner => (
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
      {unkeyed(list.items, (item, i) => {
        const mark = list.ordered ? `${Number(list.start || 1) + i}. ` : '• '
        return (
          <Box>
            <Box flexShrink={0}>
              <Text {...tone('quiet')}>{mark}</Text>
            </Box>
            <Box flexDirection="column" width={width - mark.length}>
              {unkeyed(item.tokens, inner => (
                <Block token={inner} width={width - mark.length} first />
              ))}
            </Box>
          </Box>
        )
      })}
    </Box>
  )
}
