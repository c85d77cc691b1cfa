import { describe, expect, it } from 'vitest'
import { severityTone } from '../../src/chat/draw/text/severity.ts'
import { NO_COLOURS, type Theme, themeFor } from '../../src/chat/draw/text/themes.ts'
import { backgroundOf } from '../../src/chat/terminal/background.ts'
import { THEME_NAMES } from '../../src/config/settings/user.ts'

/** Relative luminance and contrast ratio. Source: w3.org/TR/WCAG22. */
function luminance(hex: string): number {
  const parts = [1, 3, 5].map(at => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
  const [r = 0, g = 0, b = 0] = parts.map(part =>
    part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4,
  )
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

function contrast(one: string, other: string): number {
  const [high = 0, low = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a)
  return (high + 0.05) / (low + 0.05)
}

/** Backgrounds of terminals in their usual themes. */
const DARK = {
  xterm: '#000000',
  'GNOME Terminal': '#171421',
  'VS Code': '#1e1e1e',
  Dracula: '#282a36',
  Solarized: '#002b36',
}
const LIGHT = {
  xterm: '#ffffff',
  'Solarized light': '#fdf6e3',
  'macOS Basic': '#ffffff',
  'VS Code': '#f3f3f3',
  Catppuccin: '#eff1f5',
}

function coloursOf(theme: Theme): string[] {
  return Object.values(theme).flatMap(({ color, backgroundColor }) =>
    color === undefined || backgroundColor !== undefined ? [] : [color],
  )
}

describe('every colour can be read', () => {
  it.each(Object.entries(DARK))('on the dark background of %s', (_name, background) => {
    for (const color of coloursOf(themeFor('dark', undefined)))
      expect(contrast(color, background), color).toBeGreaterThanOrEqual(4.5)
  })

  it.each(Object.entries(LIGHT))('on the light background of %s', (_name, background) => {
    for (const color of coloursOf(themeFor('light', undefined)))
      expect(contrast(color, background), color).toBeGreaterThanOrEqual(4.5)
  })

  it('with the high contrast that people ask for, on black and on white', () => {
    for (const color of coloursOf(themeFor('contrast', 'dark')))
      expect(contrast(color, '#000000'), color).toBeGreaterThanOrEqual(7)
    for (const color of coloursOf(themeFor('contrast', 'light')))
      expect(contrast(color, '#ffffff'), color).toBeGreaterThanOrEqual(7)
  })

  it('PROD is white on red in each theme, whatever the palette', () => {
    for (const name of THEME_NAMES) {
      const { color = '', backgroundColor = '' } = themeFor(name, undefined).prod
      expect(contrast(color, backgroundColor)).toBeGreaterThanOrEqual(4.5)
    }
  })
})

it('without a colour, what matters stays bold, underlined or inverse', () => {
  expect(JSON.stringify(NO_COLOURS)).not.toMatch(/olor":"/)
  expect(NO_COLOURS.prod).toEqual({ bold: true, inverse: true })
  expect(NO_COLOURS.customer).toEqual({ bold: true })
  expect(NO_COLOURS.writes).toEqual({ bold: true, underline: true })
  expect(NO_COLOURS.critical).toEqual({ bold: true })
})

it('severities differ from each other', () => {
  const { critical, warning, minor } = themeFor('auto', 'dark')
  expect(new Set([critical.color, warning.color, minor.color]).size).toBe(3)
  expect(severityTone(' CRITICAL ')).toBe('critical')
  expect(severityTone('warning')).toBe('warning')
  expect(severityTone('info')).toBe('minor')
  expect(severityTone('critical path')).toBeUndefined()
})

it.each([
  [['0000', '0000', '0000'], 'dark'],
  [['28', '2a', '36'], 'dark'],
  [['ffff', 'ffff', 'ffff'], 'light'],
  [['fd', 'f6', 'e3'], 'light'],
  [['f', 'f', 'f'], 'light'],
] as const)('a terminal that answers %j is %s', (rgb, background) => {
  expect(backgroundOf(rgb)).toBe(background)
})
