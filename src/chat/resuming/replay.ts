// What is shown again of a conversation that is continued: about a screenful, its end.

import type { AgentEvent } from '../../agent/events.ts'
import type { ChartRecipe } from '../../agent/series/chart.ts'
import { cutOff } from '../../agent/transcript/episodes.ts'
import type { AskedEntry } from '../../agent/transcript/transcript.ts'
import { countText } from '../../base/text/amounts.ts'
import type { ConversationContents } from '../../store/transcripts/conversations.ts'
import type { ChatEvent } from '../view/view.ts'
import { type KeptResults, openResults } from './results.ts'

type Entry = ConversationContents['entries'][number]

/** Lines of the screen that earlier questions may take. */
const SCREENFUL = 30

/** More of one answer would push everything else away. In lines. */
const LONGEST = 40

/** The events that draw the last questions, with their answers and what was said between them. */
export function replayed({ entries, calls }: Pick<ConversationContents, 'entries' | 'calls'>): ChatEvent[] {
  const results = openResults(calls)
  const questions = bySeparateQuestions(entries)
  let lines = 0
  let from = questions.length
  while (from > 0 && (from === questions.length || lines <= SCREENFUL))
    lines += linesOf(questions[--from] ?? [])
  const shown = questions.slice(lines > SCREENFUL && from < questions.length - 1 ? from + 1 : from)
  let highest = 0
  return shown.flatMap((one, i) => {
    const events = eventsOf(one, { question: -1 - i, highest, results })
    highest = Math.max(highest, ...one.map(numberOf))
    return events
  })
}

function bySeparateQuestions(entries: readonly Entry[]): Entry[][] {
  const questions: Entry[][] = []
  for (const entry of entries) {
    if (entry.kind === 'asked') questions.push([entry])
    else questions.at(-1)?.push(entry)
  }
  return questions
}

function textIn({ kind, body }: Entry): string {
  return kind === 'text' || kind === 'note' ? (body as { text: string }).text : ''
}

function linesOf(entries: readonly Entry[]): number {
  const texts = entries.map(textIn).join('')
  const rows = texts.split('\n').map(line => 1 + Math.floor(line.length / 80))
  return (
    Math.min(
      LONGEST,
      rows.reduce((sum, one) => sum + one, 0),
    ) + entries.length
  )
}

function numberOf({ kind, body }: Entry): number {
  return kind === 'call-started' ? ((body as { number?: number }).number ?? 0) : 0
}

/** Number of the question: below zero, so that it is none of this run. */
function eventsOf(
  entries: readonly Entry[],
  { question, highest: earlier, results }: { question: number; highest: number; results: KeptResults },
): ChatEvent[] {
  const [asked] = entries
  if (!asked) return []
  const { text, shown = text } = asked.body as AskedEntry
  const highest = Math.max(earlier, ...entries.map(numberOf))
  const started = entries.filter(one => one.kind === 'call-started')
  const numbers = new Map(started.map(one => [(one.body as { id: string }).id, numberOf(one)]))
  const rest = withoutLongStart(entries.slice(1)).flatMap(({ kind, body }): ChatEvent[] => {
    if (kind === 'command' || kind === 'note') return [{ type: kind, ...(body as object) } as ChatEvent]
    if (kind === 'missing') return []
    if (kind === 'chart') return results.chart(body as ChartRecipe)
    const event = (kind === 'text' ? { type: 'text', ...(body as object) } : body) as AgentEvent
    return [{ type: 'agent', question, event: results.within(event, id => numbers.get(id)) }]
  })
  const end = cutOff(entries)
  const hasEnd = (id: string) => rest.some(one => one.type === 'agent' && isEndOf(one.event, id))
  const late = [...numbers]
    .filter(([id]) => !hasEnd(id))
    .flatMap(([id, number]) => results.late(id, number))
    .map((event): ChatEvent => ({ type: 'agent', question, event }))
  const over = rest.findIndex(one => one.type === 'agent' && isOver(one.event))
  const before = over < 0 ? rest.length : over
  return [
    { type: 'asked', question, text: shown, results: highest, at: asked.at.getTime() },
    ...rest.slice(0, before),
    ...late,
    ...rest.slice(before),
    ...(end ? [{ type: 'agent', question, event: end } as const] : []),
  ]
}

function isEndOf(event: AgentEvent, id: string): boolean {
  return event.type === 'call-ended' && event.id === id
}

function isOver({ type }: AgentEvent): boolean {
  return type === 'answer' || type === 'failed' || type === 'cancelled'
}

/** A long answer is shown from near its end. */
function withoutLongStart(entries: readonly Entry[]): Entry[] {
  const lines = entries.flatMap(one => (one.kind === 'text' ? textIn(one).split('\n') : [])).length
  const missing = lines - LONGEST
  let left = missing
  if (missing <= 0) return [...entries]
  return entries.flatMap(entry => {
    if (entry.kind !== 'text' || left <= 0) return [entry]
    const own = textIn(entry).split('\n')
    const cut = Math.min(left, own.length)
    left -= cut
    const rest = own.slice(cut).join('\n')
    if (rest === '') return []
    return [
      { ...entry, body: { text: left > 0 ? rest : `_… ${countText(missing)} earlier lines …_\n\n${rest}` } },
    ]
  })
}
