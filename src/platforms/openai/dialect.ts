import type OpenAI from 'openai'
import type { OutputSettings } from '../../config/project.ts'
import type { Message, ModelRequest } from '../platform.ts'
import type { ThinkingHabit } from '../stream/think.ts'

/** What a turn needs in either of OpenAI's dialects. */
export interface OpenAiTurn {
  client: OpenAI
  /** For faults that arrive as events. */
  platform: string
  model: string
  /** Of sealed reasoning. */
  owner: string
  output: OutputSettings
  /** Of this server and model; learned from its answers. */
  habit: ThinkingHabit
  request: ModelRequest
  signal: AbortSignal
}

/** A tool's result. Both dialects have no mark for a failure, so the text says it. */
export function resultText({ text, isError }: Extract<Message, { role: 'tool' }>): string {
  return isError && !/^error\b/i.test(text) ? `Error: ${text}` : text
}
