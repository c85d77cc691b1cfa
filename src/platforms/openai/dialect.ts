import type OpenAI from 'openai'
import type { ModelRequest } from '../platform.ts'

export interface DialectLine {
  client: OpenAI
  /** For faults that arrive as events. */
  platform: string
  model: string
  request: ModelRequest
  signal: AbortSignal
}
