import { answers, type Scene } from './scenes.ts'
import type { Stage } from './stage.ts'
import { DARK, LIGHT, svgOf } from './svg.ts'

const ROWS = 44
const COLUMNS = 96
const THEMES = {
  dark: { colours: DARK, background: 'rgb:1616/1818/1d1d' },
  light: { colours: LIGHT, background: 'rgb:fbfb/fbfb/fafa' },
}
export type Theme = keyof typeof THEMES

/** Plays the scene in a chat of its own, and returns the picture of its end as SVG. */
export async function drawn(stage: Stage, scene: Scene, theme: Theme): Promise<string> {
  const { colours, background } = THEMES[theme]
  const { title, customer } = scene
  const screen = stage.chat(customer, answers, { columns: COLUMNS, rows: ROWS, background })
  try {
    await scene.play(screen)
    await screen.rests()
    return svgOf(screen.terminal, { ...screen.used(), title, colours })
  } finally {
    screen.close()
  }
}
