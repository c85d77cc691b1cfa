// Whether an answer keeps to what the tools have shown.

import type { AnswerCheck } from '../events.ts'
import type { Evidence, EvidenceBook } from './book.ts'
import { citationsIn } from './citations.ts'
import { type Figure, figuresIn, isShown } from './figures.ts'
import { shownIn } from './shown.ts'

/** @param question its own numbers need no result */
export function checkAnswer(answer: string, question: string, book: Pick<EvidenceBook, 'find'>): AnswerCheck {
  const cited = [...new Set(citationsIn(answer).flatMap(one => one.numbers))]
  const found = cited.flatMap(number => book.find(number) ?? [])
  const unknown = cited.filter(number => !book.find(number))
  const texts = textsOf(found)
  if (!texts) return { unknown, unshown: [] }
  const shown = shownIn(texts, [...found.map(one => JSON.stringify(one.args) ?? ''), question])
  const unshown = figuresIn(answer).filter(
    one => !isShown(one, shown) && !(isZero(one) && isAbsent(one.of, texts)),
  )
  return { unknown, unshown: [...new Set(unshown.map(one => one.text))] }
}

function isZero({ readings }: Figure): boolean {
  return readings.every(one => one.value === 0)
}

/** Endings of plurals and cases. */
const ENDING = /(?:ies|en|es|e|s|n)$/i

/** `0 warnings`, where each result mentions no warning, or says that there is none. */
function isAbsent(word: string, texts: readonly string[]): boolean {
  const stem = word.length > 4 ? word.replace(ENDING, '') : word
  if (stem.length < 3 || texts.length === 0) return false
  const there = new RegExp(RegExp.escape(stem), 'i')
  const none = new RegExp(
    `\\b(?:no|without|keine?[rn]?|ohne)\\s+(?:[\\p{L}-]+\\s+)?${RegExp.escape(stem)}`,
    'iu',
  )
  return texts.every(one => !there.test(one) || none.test(one))
}

/** Undefined if one is not kept any more: then nothing can be said of the numbers, and the answer must not be lost. */
function textsOf(found: readonly Evidence[]): string[] | undefined {
  try {
    return found.map(one => one.text())
  } catch {
    return undefined
  }
}
