import type { TextProps } from 'ink'
import { createContext, useContext } from 'react'
import type { Tone } from '../../view/view.ts'

type Style = Pick<
  TextProps,
  'color' | 'backgroundColor' | 'bold' | 'dimColor' | 'italic' | 'underline' | 'strikethrough'
>

export type ToneName =
  | Tone
  | 'customer'
  | 'prod'
  | 'strong'
  | 'code'
  | 'em'
  | 'struck'
  | 'link'
  | 'heading'
  | 'cite'
  | 'writes'

const STYLES: Record<ToneName, Style> = {
  info: {},
  good: { color: 'green' },
  warn: { color: 'yellow' },
  bad: { color: 'red' },
  quiet: { dimColor: true },
  customer: { color: 'cyan', bold: true },
  // Not from the palette: in some themes its white and red cannot be told apart.
  prod: { color: '#ffffff', backgroundColor: '#b3001b', bold: true },
  writes: { color: 'yellow', bold: true, underline: true },
  strong: { bold: true },
  em: { italic: true },
  struck: { strikethrough: true, dimColor: true },
  code: { color: 'yellow' },
  link: { underline: true },
  cite: { color: 'cyan' },
  heading: { bold: true, underline: true },
}

/** False under NO_COLOR and --no-color: no text is styled. */
export const Coloured = createContext(true)

/** How each kind of text looks, as properties of Text. */
export function useTone(): (name: ToneName) => Style {
  const coloured = useContext(Coloured)
  return name => (coloured ? STYLES[name] : {})
}
