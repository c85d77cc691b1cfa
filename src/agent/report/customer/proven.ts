// The sentences of the answers that cited results prove, and that a customer may read.

import { redact } from '../../../base/redact.ts'
import type { FinalAnswer } from '../../events.ts'
import { figuresIn } from '../../evidence/figures.ts'
import { plainLine } from '../markdown.ts'
import type { Reported } from '../report.ts'
import { withoutAddresses } from './addresses.ts'
import { withLocalTimes } from './moments.ts'
import { type Sentence, sentencesOf } from './sentences.ts'

/** Why a sentence is not in the note. */
export type Omission = 'uncited' | 'doubted' | 'internal' | 'spoken'

export interface Proven {
  /** Of each answer: when its results were read, and what they prove. */
  all: { at: Date; sentences: string[] }[]
  leftOut: Omission[]
}

export function provenIn(reported: Reported, isInternal: (text: string) => boolean): Proven {
  const leftOut: Omission[] = []
  const all = reported.story.flatMap(({ at: askedAt, end }) => {
    if (end?.type !== 'answer') return []
    let at = askedAt
    const sentences = sentencesOf(redact(end.text)).flatMap(one => {
      const why = whyLeftOut(one, end, reported, isInternal)
      if (why !== undefined) leftOut.push(why)
      if (why !== undefined) return []
      const read = reported.evidence.filter(call => one.cited.includes(call.number)).map(call => call.at)
      at = read.reduce((last, next) => (next > last ? next : last), at)
      return [plainLine(withoutAddresses(withLocalTimes(one.text, at)))]
    })
    return sentences.length > 0 ? [{ at, sentences: [...new Set(sentences)] }] : []
  })
  return { all, leftOut }
}

/** Words to the engineer. */
const SPOKEN = /\?\s*$|\b(?:you|your|yours)\b/i

function whyLeftOut(
  { text, written, cited }: Sentence,
  { check }: FinalAnswer,
  { evidence }: Reported,
  isInternal: (text: string) => boolean,
): Omission | undefined {
  if (cited.length === 0) return 'uncited'
  const answered = evidence.filter(one => one.kind === 'answered').map(one => one.number)
  const isCited = cited.every(one => answered.includes(one))
  const doubted = new Set(check?.unshown)
  const isDoubted = !check || figuresIn(written).some(one => doubted.has(one.text)) || written.includes('~~')
  if (!isCited || isDoubted) return 'doubted'
  if (isInternal(text)) return 'internal'
  return SPOKEN.test(text) ? 'spoken' : undefined
}
