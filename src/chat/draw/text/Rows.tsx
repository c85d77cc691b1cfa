import { Text } from 'ink'
import { createElement, Fragment, type ReactNode } from 'react'
import { useTone } from './tone.tsx'
import { type Piece, wrapped } from './wrap.ts'

/** Text in styles, wrapped at words. */
export function Rows(props: { pieces: readonly Piece[]; width: number; hang?: number }): ReactNode {
  const { pieces, width, hang = 0 } = props
  return <Lines lines={wrapped(pieces, width, hang)} />
}

/** Lines that are already wrapped. */
export function Lines({ lines }: { lines: readonly (readonly Piece[])[] }): ReactNode {
  const tone = useTone()
  return (
    <Text>
      {unkeyed(lines, (line, i) => (
        <>
          {i > 0 ? '\n' : ''}
          {unkeyed(line, ({ text, tones = [] }) => (
            <Text {...Object.assign({}, ...tones.map(tone))}>{text}</Text>
          ))}
        </>
      ))}
    </Text>
  )
}

/** Children without keys, since these lists are drawn once or redrawn as a whole, never reordered. */
export function unkeyed<T>(items: readonly T[], draw: (item: T, index: number) => ReactNode): ReactNode {
  return createElement(Fragment, null, ...items.map(draw))
}
