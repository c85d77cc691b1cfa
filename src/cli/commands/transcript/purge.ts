import { EXIT } from '../../../base/errors.ts'
import { counted } from '../../../base/text/amounts.ts'
import { KEEP_DAYS } from '../../../config/project.ts'
import { purge } from '../../../store/transcripts/removal/erase.ts'
import type { RemovedCounts } from '../../../store/transcripts/removal/remove.ts'
import { type Run, textOption } from '../../context.ts'
import { subjectOf, subjectsWithTranscripts } from './found.ts'

const DAY_MS = 86_400_000

export const run: Run = async ({ print, open }, _args, options) => {
  const app = await open()
  try {
    const word = textOption(options, 'customer')
    const kept = subjectsWithTranscripts(app)
    const wanted = word === undefined ? undefined : subjectOf(app, word).id
    const isTrial = options.dryRun === true
    const rows = kept
      .filter(one => wanted === undefined || one.id === wanted)
      .map(({ id }) => {
        const keepDays = app.project.customers.find(one => one.id === id)?.keepDays ?? KEEP_DAYS
        const before = Date.now() - keepDays * DAY_MS
        return { customer: id, keepDays, ...purge(app.stack.state.folder, id, { before, isTrial }) }
      })
    if (print.mode === 'json') print.json({ removed: !isTrial, customers: rows })
    else if (rows.length === 0) print.note('nothing is kept')
    for (const row of print.mode === 'json' ? [] : rows)
      print.result(
        `${row.customer}: ${isTrial ? 'would remove' : 'removed'} ${countsText(row)} (kept for ${counted(row.keepDays, 'day')})`,
      )
    return EXIT.ok
  } finally {
    await app.close()
  }
}

/** `2 conversations, 1 result and 30 typed lines`. */
export function countsText({ conversations, results, lines }: RemovedCounts): string {
  return `${counted(conversations, 'conversation')}, ${counted(results, 'result file')} and ${counted(lines, 'typed line')}`
}
