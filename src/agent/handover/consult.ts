// Asks the model about a conversation, without tools. Neither the question nor the answer becomes a part of it.

import { randomUUID } from 'node:crypto'
import type { Platform } from '../../platforms/platform.ts'
import { summaryRequest } from '../compaction/summary.ts'
import type { Conversation } from '../conversation.ts'
import type { AnswerCheck } from '../events.ts'
import { checkAnswer } from '../evidence/check.ts'
import { conclusion } from '../question/conclusion.ts'
import { streamTurn } from '../question/turn.ts'

/** What the model says, checked like an answer. */
export interface Consulted {
  text: string
  check: AnswerCheck
  platform: string
  model: string
}

const TASK = 'Write the handover now.'

interface ConsultingOptions {
  /** Instructions for the platform. */
  handover?: string
  platformsFor(asked: {
    customerId: string
    text: string
    isCritical: boolean
    conversation: string
    question: string
    earlierUsd: number
  }): Promise<{ platform: Platform }>
}

/** Throws if no platform answers. */
export async function consulted(
  { platformsFor, handover = '' }: ConsultingOptions,
  { id, messages, book, story }: Conversation,
  customerId: string,
  signal: AbortSignal,
): Promise<Consulted> {
  const names = { conversation: id, question: randomUUID() }
  const { platform } = await platformsFor({
    customerId,
    text: TASK,
    isCritical: false,
    ...names,
    earlierUsd: 0,
  })
  const turn = streamTurn(platform, summaryRequest(messages, handover, TASK), signal)
  let next = await turn.next()
  while (!next.done) next = await turn.next()
  const end = conclusion(next.value)
  if (end.type === 'failed') throw new Error(end.reason)
  const { text } = end
  const { served } = next.value
  const asked = story.map(one => one.question).join('\n')
  const { platform: name, model } = served ?? { platform: platform.name, model: platform.model }
  return { text: text.trim(), check: checkAnswer(text, asked, book), platform: name, model }
}
