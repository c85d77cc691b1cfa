import type OpenAI from 'openai'
import type { ModelRequest } from '../platform.ts'

/** What a turn needs in either of OpenAI's dialects. */
export interface OpenAiTurn {
  client: OpenAI
  /** For faults that arrive as events. */
  platform: string
  model: string
  request: ModelRequest
  signal: AbortSignal
}
