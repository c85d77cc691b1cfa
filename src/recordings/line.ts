// A recording is a file of JSON lines: a head with its customer, then a line for each request to a platform.

import type { Message, ModelEvent, ModelRequest, PlatformFaultKind } from '../platforms/platform.ts'

/**
 * The format that is written, and the newest that is read. Raise it when an older program would misread a new file;
 * test/recordings/formats/ holds a file of each.
 */
export const FORMAT = 1

export interface RecordingHead {
  /** Files made before it was named have none; they are format 1. */
  format?: number
  /** The version that made it. */
  supportmax: string
  /** ISO 8601. */
  made: string
  customer: { id: string; name: string }
}

/** One request and what came back. */
export interface RecordedLine {
  question: string
  conversation: string
  purpose: 'answer' | 'cross-check' | 'judge'
  platform: string
  model: string
  system?: string
  tools?: ModelRequest['tools']
  toolChoice?: 'none'
  /** So many messages are the same as in the line before; `messages` are the others. Likewise system and tools. */
  keep: number
  messages: Message[]
  /** Each with its milliseconds since the request left. */
  events: { ms: number; event: ModelEvent }[]
  fault: { platform: string; kind: PlatformFaultKind; message: string } | null
}
