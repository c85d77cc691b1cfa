import { callName } from '../../../agent/event-text.ts'
import type { Evidence } from '../../../agent/evidence/book.ts'
import { type Chart, chartOf } from '../../../agent/series/chart.ts'
import { seriesIn } from '../../../agent/series/find.ts'
import { pngOf, svgOf } from '../../../agent/series/picture/picture.ts'
import type { PictureWords } from '../../../agent/series/picture/spec.ts'
import type { TimeSeries } from '../../../agent/series/series.ts'
import { SupportError } from '../../../base/errors.ts'
import { isRecord } from '../../../base/records.ts'
import { redact } from '../../../base/redact.ts'
import { cleanLine } from '../../../base/text/terminal-text.ts'
import { orAborted } from '../../../base/waiting/aborted.ts'
import { type Customer, isProduction } from '../../../config/project.ts'
import type { ChatContext, SlashCommand } from '../command.ts'
import { newPath, writeNew } from './save.ts'
import { evidenceIn, evidenceNumbers } from './show.ts'

/** More would push each other off the screen. */
const MOST_CURVES = 3
/** More colours cannot be told apart. */
const MOST_IN_PICTURE = 8

export const plot: SlashCommand = {
  name: 'plot',
  usage: '/plot [NUMBER] [SERIES] [FILE.png]',
  summary: 'draw what a tool call returned over time, here or into a new PNG or SVG file',
  completion: evidenceNumbers,
  isOpenEnded: true,
  async run(chat, rest, stop) {
    const { number = '', wanted = '', file } = PARTS.exec(rest)?.groups ?? {}
    const evidence = evidenceIn(chat, number)
    if (file !== undefined) newPath(file)
    const all = seriesIn(evidence.text())
    refuseOtherFile(wanted, all)
    const most = file === undefined ? MOST_CURVES : MOST_IN_PICTURE
    const chart = chartOf(all, { call: evidence.number, wanted, most })
    if (file === undefined) chat.chart(chart)
    else await writePicture(chat, { chart, evidence, file, stop })
  },
}

/** `3`, `[3] web-2`, `web-2`, `3 web-2 load.png`. */
const PARTS = /^(?<number>\[?#?\d+\]?(?=\s|$))?\s*(?<wanted>.*?)\s*(?<file>(?<=^|\s)\S*\.(?:png|svg))?$/isu

const OTHER_FILE = /(?:^|\s)(\S+\.(?:pdf|jpe?g|gif|webp|bmp|tiff?|e?ps|html?|md|txt|csv|json))$/i

/** A part of a label can end like that, too. */
function refuseOtherFile(wanted: string, all: readonly TimeSeries[]): void {
  const file = OTHER_FILE.exec(wanted)?.[1]
  if (file === undefined || all.some(({ name }) => name.toLowerCase().includes(wanted.toLowerCase()))) return
  throw new SupportError('usage', `/plot cannot write ${cleanLine(file)}`, {
    hint: 'end the name of the file with `.svg` or `.png`',
  })
}

interface Picture {
  chart: Chart
  evidence: Evidence
  file: string
  stop: AbortSignal
}

async function writePicture(chat: ChatContext, { chart, evidence, file, stop }: Picture): Promise<void> {
  const svg = await orAborted(svgOf(chart, wordsOf(evidence, chat.customer())), stop)
  const path = writeNew(file, /\.png$/i.test(file) ? await orAborted(pngOf(svg), stop) : svg)
  chat.note(`wrote ${path}`, 'good')
}

const QUERY = /^(expr|query|promql|logql|metric(name)?)$/i

function wordsOf(evidence: Evidence, customer: Customer): PictureWords {
  const name = callName(evidence)
  const entries = Object.entries(isRecord(evidence.args) ? evidence.args : {})
  const query = entries.find(([key, value]) => QUERY.test(key) && typeof value === 'string')?.[1]
  const production = isProduction(customer) ? ' PROD' : ''
  return {
    title: cleanLine(redact(String(query ?? name)), 120),
    subtitle: cleanLine(`${customer.name}${production}${query === undefined ? '' : ` · ${name}`}`, 120),
  }
}
