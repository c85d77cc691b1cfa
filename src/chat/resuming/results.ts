// What was drawn from the results of calls, to be drawn again: the entries do not have their texts.

import type { AgentEvent } from '../../agent/events.ts'
import type { CallFacts } from '../../agent/evidence/book.ts'
import { type ChartRecipe, drawnAgain } from '../../agent/series/chart.ts'
import { seriesIn } from '../../agent/series/find.ts'
import type { ConversationContents } from '../../store/transcripts/conversations.ts'
import type { ChatEvent } from '../view/view.ts'

export interface KeptResults {
  /** The end of a call with what it returned, for its series. `numberOf`: by the id of a call. */
  within(event: AgentEvent, numberOf: (id: string) => number | undefined): AgentEvent
  /** The end of a call that came after its question was cut off, as far as it was written down. */
  late(id: string, number: number): AgentEvent[]
  /** Empty if its result is gone. */
  chart(recipe: ChartRecipe): ChatEvent[]
}

export function openResults(calls: ConversationContents['calls']): KeptResults {
  function textOf(number: number | undefined): string {
    try {
      return calls.find(one => one.number === number)?.text() ?? ''
    } catch {
      return ''
    }
  }
  return {
    within(event, numberOf) {
      if (event.type !== 'call-ended' || event.outcome.kind !== 'answered') return event
      return { ...event, outcome: { ...event.outcome, whole: textOf(numberOf(event.id)) } }
    },
    late(id, number) {
      const call = calls.find(one => one.number === number)
      if (!call?.hasEnded) return []
      const { kind, took } = call.body as CallFacts
      return [{ type: 'call-ended', id, outcome: { kind, took, cutBytes: 0, text: textOf(number) } }]
    },
    chart(recipe) {
      const chart = drawnAgain(seriesIn(textOf(recipe.call)), recipe)
      return chart.series.length > 0 ? [{ type: 'chart', chart }] : []
    },
  }
}
