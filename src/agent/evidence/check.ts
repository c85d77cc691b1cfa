// Whether an answer keeps to what the tools have shown.

import type { AnswerCheck } from '../events.ts'
import type { Evidence, EvidenceBook } from './book.ts'
import { citationsIn } from './citations.ts'
import { figuresIn, isShown } from './figures.ts'
import { shownIn } from './shown.ts'

/** @param question its own numbers need no result */
export function checkAnswer(answer: string, question: string, book: Pick<EvidenceBook, 'find'>): AnswerCheck {
  const cited = [...new Set(citationsIn(answer).flatMap(one => one.numbers))]
  const found = cited.flatMap(number => book.find(number) ?? [])
  const unknown = cited.filter(number => !book.find(number))
  const texts = textsOf(found)
  if (!texts) return { unknown, unshown: [] }
  const shown = shownIn([...texts, ...found.map(one => JSON.stringify(one.args) ?? ''), question])
  const unshown = figuresIn(answer).filter(figure => !isShown(figure, shown))
  return { unknown, unshown: [...new Set(unshown.map(one => one.text))] }
}

/** Undefined if one is not kept any more: then nothing can be said of the numbers, and the answer must not be lost. */
function textsOf(found: readonly Evidence[]): string[] | undefined {
  try {
    return found.map(one => one.text())
  } catch {
    return undefined
  }
}
