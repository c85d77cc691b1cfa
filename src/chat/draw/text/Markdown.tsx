import { createRequire } from 'node:module'
import { Box, Text } from 'ink'
import type * as marked from 'marked'
import type { MarkedToken, Token, Tokens } from 'marked'
import type { ReactNode } from 'react'
import { padded } from '../../../base/text/columns.ts'
import { type BlockType, inlinePieces } from './inline.ts'
import { Rows, unkeyed } from './Rows.tsx'
import { Table } from './Table.tsx'
import type { ToneName } from './themes.ts'
import { useTone } from './tone.tsx'

const require = createRequire(import.meta.url)
/** Its patterns take time to build, and there is no text before the first answer. */
const library = () => require('marked') as typeof marked

/** Markdown as Ink boxes, wrapped at any width with lists hanging. */
export function Markdown({ text, width }: { text: string; width: number }): ReactNode {
  return (
    <Box flexDirection="column" width={width}>
      {unkeyed(library().lexer(text), (token, i) => (
        <Block token={token} width={width} above={i === 0 ? 0 : 1} />
      ))}
    </Box>
  )
}

interface BlockProps<Type extends MarkedToken['type']> {
  token: Extract<MarkedToken, { type: Type }>
  width: number
  /** Empty lines above it. */
  above: number
}

/** How each kind of block looks. */
const BLOCKS: { [Type in BlockType]: (props: BlockProps<Type>) => ReactNode } = {
  heading: ({ token, ...place }) => <Line tokens={token.tokens} tones={['heading']} {...place} />,
  paragraph: ({ token, ...place }) => <Line tokens={token.tokens} {...place} />,
  def: ({ token, ...place }) => <Line tokens={[trimmed(token)]} tones={['quiet']} {...place} />,
  list_item: ({ token, ...place }) => <Line tokens={[token]} {...place} />,
  list: ({ token, width }) => <List list={token} width={width} />,
  code: Code,
  blockquote: Quote,
  table: ({ token, ...place }) => <Table table={token} {...place} />,
  hr: ({ width }) => (
    <Line
      tokens={[{ type: 'rule', raw: '─'.repeat(Math.min(width, 24)) }]}
      tones={['quiet']}
      width={width}
      above={0}
    />
  ),
  space: () => null,
}

/** A token that is no block is a line of its own, such as the text of a list's item or HTML. */
function Block({ token, width, above }: { token: Token; width: number; above: number }): ReactNode {
  const draw = Object.hasOwn(BLOCKS, token.type) ? BLOCKS[token.type as BlockType] : undefined
  // Each entry of the table takes the tokens of its own type.
  const Draw = draw as ((props: BlockProps<MarkedToken['type']>) => ReactNode) | undefined
  if (Draw) return <Draw token={token as MarkedToken} width={width} above={above} />
  return <Line tokens={[trimmed(token)]} width={width} above={token.type === 'text' ? 0 : above} />
}

function trimmed(token: Token): Token {
  return { ...token, raw: token.raw.trimEnd() } as Token
}

function Line(props: {
  tokens: readonly Token[]
  tones?: readonly ToneName[]
  width: number
  above: number
}): ReactNode {
  const { tokens, tones, width, above } = props
  return (
    <Box marginTop={above}>
      <Rows pieces={inlinePieces(tokens, tones)} width={width} />
    </Box>
  )
}

function Code({ token, above }: BlockProps<'code'>): ReactNode {
  const tone = useTone()
  return (
    <Box marginTop={above} marginLeft={2}>
      <Text {...tone('code')}>{token.text}</Text>
    </Box>
  )
}

function Quote({ token, width, above }: BlockProps<'blockquote'>): ReactNode {
  const { color, dimColor = false } = useTone()('quiet')
  return (
    <Box
      marginTop={above}
      flexDirection="column"
      borderStyle="single"
      borderColor={color}
      borderDimColor={dimColor}
      borderTop={false}
      borderRight={false}
      borderBottom={false}
      paddingLeft={1}
      width={width}
    >
      {unkeyed(token.tokens, (inner, i) => (
        <Block token={inner} width={width - 2} above={i === 0 ? 0 : 1} />
      ))}
    </Box>
  )
}

function List({ list, width }: { list: Tokens.List; width: number }): ReactNode {
  const tone = useTone()
  const first = list.start === '' ? 1 : list.start
  const widest = list.ordered ? `${first + list.items.length - 1}. `.length : 2
  return (
    <Box flexDirection="column">
      {unkeyed(list.items, (item, i) => (
        <Box>
          <Box flexShrink={0}>
            <Text {...tone('quiet')}>{padded(list.ordered ? `${first + i}. ` : '• ', widest, 'end')}</Text>
          </Box>
          <Box flexDirection="column" width={width - widest}>
            {unkeyed(joined(item.tokens), inner => (
              <Block token={inner} width={width - widest} above={0} />
            ))}
          </Box>
        </Box>
      ))}
    </Box>
  )
}

/** An item's checkbox stands on the line of its text. */
function joined(tokens: readonly Token[]): readonly Token[] {
  const [box, text, ...rest] = tokens
  if (box?.type !== 'checkbox' || text?.type !== 'text') return tokens
  const line = { ...text, tokens: [box, ...(text.tokens ?? [{ ...text }])] }
  return [line as Token, ...rest]
}
