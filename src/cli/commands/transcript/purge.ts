import { join } from 'node:path'
import { counted } from '../../../base/text/amounts.ts'
import { KEEP_DAYS } from '../../../config/project.ts'
import { purge } from '../../../store/transcripts/removal/purge.ts'
import type { RemovedCounts } from '../../../store/transcripts/removal/remove.ts'
import { tidyUsage } from '../../../store/usage-removal.ts'
import { type Run, textOption } from '../../context.ts'
import { subjectOf, subjectsWithTranscripts } from './found.ts'
import { eachOf, sayUnusable, type Unusable, unusableFrom } from './unusable.ts'

const DAY_MS = 86_400_000

export const run: Run = async ({ print, open }, _args, options) => {
  const app = await open()
  try {
    const word = textOption(options, 'customer')
    const kept = subjectsWithTranscripts(app)
    const wanted = word === undefined ? undefined : subjectOf(app, word).id
    const isTrial = options.dryRun === true
    const { folder } = app.stack.state
    const { done: rows, unusable } = eachOf(
      kept.filter(one => wanted === undefined || one.id === wanted),
      ({ id }) => {
        const keepDays = app.project.customers.find(one => one.id === id)?.keepDays ?? KEEP_DAYS
        const before = Date.now() - keepDays * DAY_MS
        return { customer: id, keepDays, ...purge(folder, id, { before, isTrial }) }
      },
    )
    if (print.mode === 'json') print.json({ removed: !isTrial, customers: rows })
    else if (rows.length + unusable.length === 0) print.note('nothing is kept')
    for (const row of print.mode === 'json' ? [] : rows)
      print.result(
        `${row.customer}: ${isTrial ? 'would remove' : 'removed'} ${countsText(row)} (kept for ${counted(row.keepDays, 'day')})`,
      )
    const left = [...rows.map(one => one.leftIn), ...(isTrial ? [] : [tidied(folder, unusable)])]
    return sayUnusable(print, [...unusable, ...left.filter(one => one !== undefined).map(stillRead)])
  } finally {
    await app.close()
  }
}

/** Ends what an erasure had to leave in usage.db. Returns its file if it is still being read. */
function tidied(folder: string, unusable: Unusable[]): string | undefined {
  try {
    return tidyUsage(join(folder, 'usage.db')).leftIn
  } catch (error) {
    unusable.push(unusableFrom('usage records', error))
    return undefined
  }
}

/** A file that could not be written anew. */
export function stillRead(file: string): Unusable {
  return {
    what: 'parts',
    reason: `${file} and ${file}-wal may still hold parts of what was removed: another process reads them, or the disk is full`,
    hint: 'end the chats and programs that read them, or make room; then run `supportmax transcript purge`',
  }
}

/** `2 conversations, 1 result file and 30 typed lines`. */
export function countsText({ conversations, results, lines, orphans = 0 }: RemovedCounts): string {
  const whose = orphans > 0 ? ` (${orphans} whose conversation is gone, perhaps of other people)` : ''
  return `${counted(conversations, 'conversation')}, ${counted(results, 'result file')}${whose} and ${counted(lines, 'typed line')}`
}
