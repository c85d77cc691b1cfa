// Keeps a question inside the model's context window: old results go first, then the conversation becomes a summary.

import { reasonOf } from '../../base/errors.ts'
import { tokensOfRequest } from '../../coordinator/money/tokens.ts'
import { requestWithoutTools } from '../../platforms/calls/without-tools.ts'
import { type Message, type ModelRequest, type Platform, PlatformFault } from '../../platforms/platform.ts'
import { lastQuestion, masked } from '../compaction/mask.ts'
import { summarized } from '../compaction/summary.ts'
import type { AgentEvent, Compacted, Turned } from '../events.ts'
import { type ModelTurn, streamTurn, wholeTurn } from './turn.ts'

interface RoomOptions {
  platform: Platform
  /** The conversation before this question. */
  history: readonly Message[]
  /** Undefined: the history ends with it, and its tool results. */
  question: string | undefined
  /** The last turn of the question before; undefined for the first question. */
  lastTurn?: Turned | undefined
  /** Instructions for a platform that writes a summary (default: none is written). */
  summarizing?: string | undefined
  /** Gets the history that is remembered from now on. */
  shortened?: ((history: readonly Message[]) => void) | undefined
  signal: AbortSignal
}

/** From this part of the window on there is too little room for long results, and below that one it is left alone. */
const NEARLY_FULL = 0.75
const ENOUGH = 0.5

export interface ContextRoom {
  /** One turn and its request. Rejects like streamTurn(), and shortens the history first if the window is nearly full. */
  turn(
    requestOf: (history: readonly Message[]) => ModelRequest,
  ): AsyncGenerator<AgentEvent, { turn: ModelTurn; request: ModelRequest }>
}

export function openRoom(options: RoomOptions): ContextRoom {
  const { platform, signal } = options
  let { history, lastTurn: turned } = options
  /** How much larger requests are than our estimate of them. */
  let factor = 1
  let isShortened = false

  async function* makeRoom(requestOf: (history: readonly Message[]) => ModelRequest, most: number) {
    isShortened = true
    const size = (messages: readonly Message[]) => tokensOfRequest(requestOf(messages)) * factor
    const { messages, ...compacted } = yield* shorter(options, history, messages => size(messages) <= most)
    if (compacted.results === 0 && compacted.summary === undefined) return
    history = messages
    options.shortened?.(messages)
    yield { type: 'compacted' as const, ...compacted }
  }

  return {
    async *turn(requestOf) {
      const window = turned?.window
      const estimate = tokensOfRequest(requestOf(history)) * factor
      if (!isShortened && window !== undefined && estimate > window * NEARLY_FULL)
        yield* makeRoom(requestOf, window * ENOUGH)
      const request = requestOf(history)
      try {
        const turn = yield* watched(streamTurn(platform, request, signal), event => {
          turned = event
          factor = factorOf(event, request)
        })
        return { turn, request }
      } catch (error) {
        const isFull = error instanceof PlatformFault && error.kind === 'context_overflow'
        if (!isFull || isShortened) throw error
        const before = history
        yield* makeRoom(requestOf, 0)
        if (history === before) throw error
        const shorter = requestOf(history)
        return { turn: yield* streamTurn(platform, shorter, signal), request: shorter }
      }
    },
  }
}

/** The estimate counts characters; the platform has counted tokens. */
function factorOf({ usage }: Turned, request: ModelRequest): number {
  return usage ? Math.max(0.5, usage.inputTokens / Math.max(1, tokensOfRequest(request))) : 1
}

async function* watched(
  turn: AsyncGenerator<AgentEvent, ModelTurn>,
  ended: (event: Turned) => void,
): AsyncGenerator<AgentEvent, ModelTurn> {
  try {
    for (;;) {
      const { value, done } = await turn.next()
      if (done) return value
      if (value.type === 'turn') ended(value)
      yield value
    }
  } finally {
    await turn.return(undefined as never)
  }
}

type Shorter = { messages: readonly Message[] } & Omit<Compacted, 'type'>

/** As little as it takes: results of earlier questions, all earlier results, and then a summary of what is answered. */
async function* shorter(
  { platform, question, summarizing = '', signal }: RoomOptions,
  history: readonly Message[],
  fits: (history: readonly Message[]) => boolean,
): AsyncGenerator<AgentEvent, Shorter> {
  for (const end of [lastQuestion(history), history.length]) {
    const { messages, count } = masked(history, end)
    if (fits(messages)) return { messages, results: count, summary: undefined }
  }
  const { messages, count } = masked(history, history.length)
  const answered = question === undefined ? lastQuestion(history) : history.length
  if (answered === 0 || summarizing === '') return { messages, results: count, summary: undefined }
  try {
    const request = requestWithoutTools(messages.slice(0, answered), summarizing, 'Write the summary now.')
    const summary = await summaryOf(platform, request, signal)
    return { messages: [...summarized(summary), ...messages.slice(answered)], results: count, summary }
  } catch (error) {
    if (signal.aborted) throw error
    yield { type: 'notice', text: `the conversation could not be summarized: ${reasonOf(error)}` }
  }
  return { messages, results: count, summary: undefined }
}

/** Throws unless the model has written a whole one: what is not in it is forgotten. */
async function summaryOf(platform: Platform, request: ModelRequest, signal: AbortSignal): Promise<string> {
  const { text, reason } = await wholeTurn(platform, request, signal)
  const summary = text.trim()
  if (reason === 'filtered') throw new Error('the model refused to')
  if (reason !== 'stop' || summary === '') throw new Error('the model wrote no whole summary')
  return summary
}
