import { costText, wholeUsd } from '../../../base/money.ts'
import { shortId } from '../../../store/transcripts/named.ts'
import type { Run } from '../../context.ts'
import { tableText } from '../../print/table.ts'
import {
  conversationsOf,
  type FoundConversation,
  reading,
  subjectOf,
  subjectsWithTranscripts,
} from './found.ts'
import { sayUnusable } from './unusable.ts'

export const run: Run = ({ print, open }, [word]) =>
  reading(open, (shelf, app) => {
    const subjects = word === undefined ? subjectsWithTranscripts(app) : [subjectOf(app, word)]
    const { all: found, unusable } = conversationsOf(shelf, subjects)
    if (print.mode === 'json') print.json(found.map(entry))
    else if (found.length > 0) print.result(table(found, print.layout))
    else if (unusable.length === 0) print.note('no conversation is kept')
    return sayUnusable(print, unusable)
  })

function entry({ subject, conversation }: FoundConversation) {
  const { id, title, begunAt, touchedAt, login, alert, cost, questions, forkedFrom, openBy } = conversation
  return {
    id,
    customer: subject.id,
    title,
    begun: begunAt.toISOString(),
    last: touchedAt.toISOString(),
    person: login,
    alert: alert ?? null,
    questions,
    cost,
    costUsd: wholeUsd(cost),
    forkedFrom: forkedFrom ?? null,
    open: openBy !== undefined,
  }
}

const COLUMNS = [
  { head: 'ID' },
  { head: 'CUSTOMER', rank: 3 },
  { head: 'LAST' },
  { head: 'TITLE', least: 20 },
  { head: 'ALERT', rank: 2 },
  { head: 'QUESTIONS', align: 'right', rank: 1 },
  { head: 'COST', align: 'right', rank: 4 },
] as const

function table(found: readonly FoundConversation[], layout: Parameters<typeof tableText>[2]): string {
  const all = found.map(one => one.conversation)
  const rows = found.map(({ subject, conversation }) => ({
    cells: [
      shortId(conversation.id, all),
      subject.id,
      localMinute(conversation.touchedAt),
      conversation.title,
      conversation.alert ?? '',
      String(conversation.questions),
      costText(conversation.cost),
    ],
  }))
  return tableText(COLUMNS, rows, layout)
}

/** `2026-11-27 14:03`, on this machine's clock. */
function localMinute(at: Date): string {
  const two = (number: number) => String(number).padStart(2, '0')
  const day = [at.getFullYear(), two(at.getMonth() + 1), two(at.getDate())].join('-')
  return `${day} ${two(at.getHours())}:${two(at.getMinutes())}`
}
