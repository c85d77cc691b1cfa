import { chartOf } from '../../../agent/series/chart.ts'
import { seriesIn } from '../../../agent/series/find.ts'
import type { SlashCommand } from '../command.ts'
import { evidenceIn, evidenceNumbers } from './show.ts'

/** More would push each other off the screen. */
const MOST_CURVES = 3

export const plot: SlashCommand = {
  name: 'plot',
  usage: '/plot [NUMBER] [SERIES]',
  summary: 'draw what a tool call returned over time',
  completion: evidenceNumbers,
  isOpenEnded: true,
  run(chat, rest) {
    const { number = '', wanted = '' } = PARTS.exec(rest)?.groups ?? {}
    const evidence = evidenceIn(chat, number)
    const all = seriesIn(evidence.text())
    chat.chart(chartOf(all, { call: evidence.number, wanted, most: MOST_CURVES }))
  },
}

/** `3`, `[3] web-2`, `web-2`. */
const PARTS = /^(?<number>\[?#?\d+\]?(?=\s|$))?\s*(?<wanted>.*)$/su
