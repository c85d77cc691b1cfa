// How each kind of text looks, on a dark or a light background, without colours, and with the strongest contrast.

import type { TextProps } from 'ink'
import type { ThemeName } from '../../../config/settings/user.ts'
import type { Tone } from '../../view/view.ts'

type Style = Pick<
  TextProps,
  'color' | 'backgroundColor' | 'bold' | 'dimColor' | 'italic' | 'underline' | 'strikethrough' | 'inverse'
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
  | 'critical'
  | 'warning'
  | 'minor'

export type Theme = Readonly<Record<ToneName, Style>>

interface Colours {
  customer: string
  good: string
  warn: string
  bad: string
  quiet: string
  code: string
  minor: string
}

/** What is bold or underlined has the same meaning in every theme: without colours, nothing else is left. */
function themeOf({ customer, good, warn, bad, quiet, code, minor }: Colours): Theme {
  return {
    info: {},
    good: { color: good },
    warn: { color: warn },
    bad: { color: bad },
    quiet: { color: quiet },
    customer: { color: customer, bold: true },
    // A white that no theme changes, on a red that no theme changes.
    prod: { color: '#ffffff', backgroundColor: '#b3001b', bold: true },
    writes: { color: warn, bold: true, underline: true },
    strong: { bold: true },
    em: { italic: true },
    struck: { color: quiet, strikethrough: true },
    code: { color: code },
    link: { underline: true },
    cite: { color: customer },
    heading: { bold: true, underline: true },
    critical: { color: bad, bold: true },
    warning: { color: warn, bold: true },
    minor: { color: minor },
  }
}

const DARK = themeOf({
  customer: '#56c8e8',
  good: '#6fcf7c',
  warn: '#e8b339',
  bad: '#ff8a80',
  quiet: '#a0a8b0',
  code: '#e5c07b',
  minor: '#8ab4f8',
})

const LIGHT = themeOf({
  customer: '#00627a',
  good: '#1a6b2f',
  warn: '#7a4a00',
  bad: '#b3001b',
  quiet: '#565c63',
  code: '#6b3e00',
  minor: '#1a4fa0',
})

/** On black or white: each colour has a contrast of 7 to 1 or more. */
const CONTRAST = {
  dark: themeOf({
    customer: '#5ff0ff',
    good: '#7dff8f',
    warn: '#ffd700',
    bad: '#ffa0a0',
    quiet: '#e0e0e0',
    code: '#ffe08a',
    minor: '#b0d0ff',
  }),
  light: themeOf({
    customer: '#003b4d',
    good: '#00420f',
    warn: '#4d2a00',
    bad: '#7a0010',
    quiet: '#2b2b2b',
    code: '#432500',
    minor: '#00307a',
  }),
}

/** The terminal's own colours, for a background that nobody knows: whoever chose them can read them. */
const PALETTE: Theme = {
  ...themeOf({
    customer: 'cyan',
    good: 'green',
    warn: 'yellow',
    bad: 'red',
    quiet: 'gray',
    code: 'yellow',
    minor: 'blue',
  }),
  quiet: { dimColor: true },
  struck: { strikethrough: true, dimColor: true },
}

export type Background = 'dark' | 'light'

/** @param background as the terminal reported it; undefined if it did not */
export function themeFor(name: ThemeName, background: Background | undefined): Theme {
  if (name === 'dark') return DARK
  if (name === 'light') return LIGHT
  if (name === 'contrast') return CONTRAST[background ?? 'dark']
  if (background === undefined) return PALETTE
  return background === 'dark' ? DARK : LIGHT
}

/** Under NO_COLOR and --no-color: bold, underlined and inverse stay. */
export const NO_COLOURS: Theme = Object.fromEntries(
  Object.entries(PALETTE).map(([name, { color, backgroundColor, ...rest }]) => [
    name,
    backgroundColor === undefined ? rest : { ...rest, inverse: true },
  ]),
) as Theme
