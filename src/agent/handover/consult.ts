// Asks the model about a conversation, without tools. Neither the question nor the answer becomes a part of it.

import { randomUUID } from 'node:crypto'
import { requestWithoutTools } from '../../platforms/calls/without-tools.ts'
import type { Platform } from '../../platforms/platform.ts'
import type { AskedQuestion, Conversation } from '../conversation.ts'
import type { AnswerCheck } from '../events.ts'
import { checkAnswer } from '../evidence/check.ts'
import { conclusion } from '../question/conclusion.ts'
import { wholeTurn } from '../question/turn.ts'

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
  platformsFor(asked: AskedQuestion): Promise<{ platform: Platform }>
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
  const turn = await wholeTurn(platform, requestWithoutTools(messages, handover, TASK), signal)
  const end = conclusion(turn)
  if (end.type === 'failed') throw new Error(end.reason)
  const { text } = end
  const { served } = turn
  const asked = story.map(one => one.question).join('\n')
  const { platform: name, model } = served ?? { platform: platform.name, model: platform.model }
  return { text: text.trim(), check: checkAnswer(text, asked, book), platform: name, model }
}
